package dev.infill.bench.candidate;

import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.KeyKind;
import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A loop over the key with one transaction a batch, and the last key remembered by whoever loops. */
final class Walk {
    /** What all loops take at once. */
    static final int BATCH = 1000;

    private Walk() {}

    /** Fills the next rows after a key, and answers the last key that it filled; null: there was none. */
    interface Batch {
        @Nullable
        String fillAfter(String key) throws SQLException;
    }

    /** Makes the batches of one session. */
    interface Batches {
        Batch in(Connection connection) throws SQLException;
    }

    /** Goes on until a batch is empty. */
    static Times to(TableCopy copy, Meter meter, Batches batches) throws SQLException {
        try (Connection connection = copy.connect("bench")) {
            Batch batch = batches.in(connection);
            meter.begin();
            String last = copy.shape().key().belowAll();
            while (last != null) {
                last = batch.fillAfter(last);
            }
            meter.end();
        }
        return new Times(meter.seconds(), meter.seconds(), null);
    }

    /** A batch that is one statement: its parameter is a key, its result the last key that it filled. */
    static Batch statement(Connection connection, String sql, KeyKind key) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.formatted(key.word(), BATCH));
        return after -> {
            statement.setString(1, after);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getString(1) : null;
            }
        };
    }
}
