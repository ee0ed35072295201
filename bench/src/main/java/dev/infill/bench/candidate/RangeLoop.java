package dev.infill.bench.candidate;

import dev.infill.bench.candidate.Walk.Batch;
import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Meter;
import dev.infill.bench.table.KeyKind;
import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The faster loop by hand: find the key that is 1000 rows on, update everything up to it, commit. */
record RangeLoop() implements Candidate {
    private static final String BOUND =
            "SELECT id::text FROM public.orders WHERE id > ?::%s ORDER BY orders.id OFFSET %d LIMIT 1";
    private static final String FILL = """
            UPDATE public.orders SET %1$s = %2$s WHERE id > ?::%%s AND %1$s IS DISTINCT FROM %2$s""".formatted(TableCopy.COLUMN, TableCopy.EXPRESSION);

    @Override
    public String name() {
        return "range-loop";
    }

    @Override
    public String title() {
        return "range loop, 1000 rows";
    }

    @Override
    public boolean repairs() {
        return false;
    }

    @Override
    public void prepare(TableCopy copy) throws SQLException {
        copy.addColumn();
    }

    @Override
    public Times fill(TableCopy copy, Meter meter) throws SQLException {
        return Walk.to(copy, meter, connection -> batch(connection, copy.shape().key()));
    }

    private static Batch batch(Connection connection, KeyKind key) throws SQLException {
        String fill = FILL.formatted(key.word());
        PreparedStatement bound = connection.prepareStatement(BOUND.formatted(key.word(), Walk.BATCH - 1));
        PreparedStatement toBound = connection.prepareStatement(fill + " AND id <= ?::" + key.word());
        PreparedStatement toEnd = connection.prepareStatement(fill);
        return after -> {
            String upTo = text(bound, after);
            PreparedStatement statement = upTo == null ? toEnd : toBound;
            statement.setString(1, after);
            if (upTo != null) {
                statement.setString(2, upTo);
            }
            statement.executeUpdate();
            return upTo;
        };
    }

    private static @Nullable String text(PreparedStatement statement, String after) throws SQLException {
        statement.setString(1, after);
        try (ResultSet result = statement.executeQuery()) {
            return result.next() ? result.getString(1) : null;
        }
    }
}
