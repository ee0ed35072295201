package dev.infill.coordinator.signal;

import dev.infill.coordinator.signal.SignalWatch.Target;
import dev.infill.protocol.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Keys of some rows of a table, drawn anew every minute, so that the probe does not read the same row for ever. */
final class SampleRows {
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final String DRAW = """
            SELECT %s FROM %s TABLESAMPLE SYSTEM (
                least(100, 2000000.0 / greatest((SELECT reltuples FROM pg_catalog.pg_class WHERE oid = to_regclass(?)), 1)))
             LIMIT 200
            """;

    private static final String READ = "SELECT 1 FROM %s WHERE %s";

    private final Target target;
    private final String draw;
    private final String read;
    private List<List<String>> keys = List.of();
    private long drawnNanos;
    private int next;

    SampleRows(Target target) {
        this.target = target;
        String columns =
                target.key().stream().map(column -> column.quoted() + "::text").collect(Collectors.joining(", "));
        String equal = target.key().stream().map(SampleRows::equal).collect(Collectors.joining(" AND "));
        this.draw = DRAW.formatted(columns, target.table().quoted());
        this.read = READ.formatted(target.table().quoted(), equal);
    }

    private static String equal(Column column) {
        return column.quoted() + " = ?::text::" + column.type();
    }

    void refresh(Connection connection) throws SQLException {
        if (drawnNanos != 0 && System.nanoTime() - drawnNanos < FRESH_NANOS) {
            return;
        }
        List<List<String>> drawn = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(draw)) {
            statement.setString(1, target.table().quoted());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<String> key = new ArrayList<>();
                    for (int column = 1; column <= target.key().size(); column++) {
                        key.add(rows.getString(column));
                    }
                    drawn.add(key);
                }
            }
        }
        keys = drawn;
        drawnNanos = System.nanoTime();
    }

    /** Reads one of them; none where the table is empty. */
    void readNext(Connection connection) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        List<String> key = keys.get(next++ % keys.size());
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            for (int column = 0; column < key.size(); column++) {
                statement.setString(column + 1, key.get(column));
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
            }
        }
    }
}
