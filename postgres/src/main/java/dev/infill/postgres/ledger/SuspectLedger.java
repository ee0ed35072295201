package dev.infill.postgres.ledger;

import dev.infill.protocol.Key;
import dev.infill.protocol.RangeTask;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that differed at a verification's look. The caller owns the transaction. */
public final class SuspectLedger {
    private static final String PUT = """
            INSERT INTO infill.suspect (migration, range, key, row_version) VALUES (?, ?, ?, ?)
            ON CONFLICT (migration, key) DO UPDATE SET range = excluded.range, row_version = excluded.row_version
            """;

    private static final String DELETE = "DELETE FROM infill.suspect WHERE migration = ? AND key = ?";

    private static final String OF_RANGE = "infill.suspect WHERE migration = ? AND range = ?";

    private static final String NEXT = "SELECT key, row_version FROM " + OF_RANGE
            + " AND (?::text[] IS NULL OR key > ?::text[]) ORDER BY key LIMIT ?";

    private SuspectLedger() {}

    /** Notes suspects, or their newer versions. */
    public static void put(Connection connection, RangeTask task, Collection<Suspect> suspects) throws SQLException {
        if (suspects.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(PUT)) {
            for (Suspect suspect : suspects) {
                setRange(statement, task);
                KeyArrays.set(statement, 3, suspect.key());
                statement.setString(4, suspect.version());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Clears suspects. */
    public static void delete(Connection connection, RangeTask task, Collection<Key> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            for (Key key : keys) {
                statement.setString(1, task.migration());
                KeyArrays.set(statement, 2, key);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Clears all suspects of a range. */
    public static void deleteAll(Connection connection, RangeTask task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + OF_RANGE)) {
            setRange(statement, task);
            statement.executeUpdate();
        }
    }

    /** How many a range has. */
    public static long count(Connection connection, RangeTask task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM " + OF_RANGE)) {
            setRange(statement, task);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /** The next suspects of a range in the order of their keys' texts. */
    public static List<Suspect> next(Connection connection, RangeTask task, @Nullable Key after, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NEXT)) {
            setRange(statement, task);
            KeyArrays.set(statement, 3, after);
            KeyArrays.set(statement, 4, after);
            statement.setInt(5, limit);
            List<Suspect> suspects = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    Key key = KeyArrays.read(result, 1);
                    if (key != null) {
                        suspects.add(new Suspect(key, result.getString(2)));
                    }
                }
            }
            return suspects;
        }
    }

    private static void setRange(PreparedStatement statement, RangeTask task) throws SQLException {
        statement.setString(1, task.migration());
        statement.setInt(2, task.range());
    }

    /**
     * A row that differed.
     *
     * @param version its xmin then
     */
    public record Suspect(Key key, String version) {}
}
