package dev.infill.postgres.ledger;

import dev.infill.postgres.Failure;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows that PostgreSQL refuses to write. Keys are kept in the server's own spelling, so that each row is here once.
 * Whoever deletes a rejection does so before writing the row, in one transaction: one that another session adds
 * after that write stays.
 */
public final class RejectedLedger {
    private static final String PUT = """
            INSERT INTO infill.rejected (migration, key, range, sqlstate, detail)
            SELECT ?, ARRAY[%s], ?, ?, ?
            ON CONFLICT (migration, key) DO UPDATE
            SET range = excluded.range, sqlstate = excluded.sqlstate, detail = excluded.detail, at = clock_timestamp()
            """;

    private static final String ANY = "SELECT EXISTS (SELECT FROM infill.rejected WHERE migration = ?)";

    private static final String DELETE_KEYS = """
            DELETE FROM infill.rejected USING %s WHERE migration = ? AND key = ARRAY[%s]
            """;

    private static final String DELETE_RANGE = "DELETE FROM infill.rejected WHERE migration = ? AND range = ?";

    private RejectedLedger() {}

    /** Records a row; range is null when a repair found it. */
    public static void put(
            Connection connection, Migration migration, Key key, @Nullable Integer range, Failure failure)
            throws SQLException {
        String spelled = migration.key().stream()
                .map(column -> "(?::" + column.type() + ")::text")
                .collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement(PUT.formatted(spelled))) {
            int index = 1;
            statement.setString(index++, migration.name());
            for (String value : key.values()) {
                statement.setString(index++, value);
            }
            if (range == null) {
                statement.setNull(index++, Types.INTEGER);
            } else {
                statement.setInt(index++, range);
            }
            statement.setString(index++, failure.sqlState());
            statement.setString(index, failure.words());
            statement.executeUpdate();
        }
    }

    /** Whether any row of the migration is rejected. */
    public static boolean hasAny(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ANY)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    /** Forgets rejections of these rows, which are about to be written or are gone. */
    public static void delete(Connection connection, Migration migration, List<Key> keys) throws SQLException {
        List<Column> columns = migration.key();
        String spelled = IntStream.rangeClosed(1, columns.size())
                .mapToObj(i -> "infill_key_" + i + "::text")
                .collect(Collectors.joining(", "));
        String sql = DELETE_KEYS.formatted(KeyArrays.unnested(columns), spelled);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int index = KeyArrays.setUnnested(statement, 1, keys);
            statement.setString(index, migration.name());
            statement.executeUpdate();
        }
    }

    /** Forgets rejections of a range that is about to be written as a whole. */
    public static void deleteOfRange(Connection connection, String migration, int range) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE_RANGE)) {
            statement.setString(1, migration);
            statement.setInt(2, range);
            statement.executeUpdate();
        }
    }
}
