package dev.infill.postgres.ledger;

import dev.infill.protocol.Key;
import dev.infill.protocol.PassScope;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.TaskKind;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the leading coordinator reads and writes of ranges: their bounds, the passes over them, where their tasks lie. */
public final class PassLedger {
    private static final String ADD_RANGE = """
            INSERT INTO infill.range (migration, number, lower_key, upper_key, planned_rows) VALUES (?, ?, ?, ?, ?)
            """;

    private static final List<String> FORGET_RANGES = List.of(
            "DELETE FROM infill.range WHERE migration = ?",
            "DELETE FROM infill.suspect WHERE migration = ?",
            "UPDATE infill.migration SET ranges = NULL, ranges_why = NULL WHERE name = ?");

    private static final String LAST_RANGE = """
            SELECT number, upper_key FROM infill.range WHERE migration = ? ORDER BY number DESC LIMIT 1
            """;

    private static final String NEXT_PASS =
            "UPDATE infill.migration SET pass = pass + 1, pass_kind = ? WHERE name = ? RETURNING pass";

    private static final String OPEN_RANGES = """
            UPDATE infill.range
               SET pass = ?, kind = ?, state = 'open', worker = NULL, cursor_key = NULL, postponed_keys = '[]',
                   rows_read = CASE WHEN ? = 'recheck' THEN rows_read ELSE 0 END, rows_changed = 0, last_error = NULL, started_at = NULL, done_at = NULL,
                   task_partition = NULL, task_offset = NULL,
                   verified_at = CASE WHEN ? = 'fill' THEN NULL ELSE verified_at END,
                   digest = CASE WHEN ? = 'recheck' THEN digest END
             WHERE migration = ? AND %s
            """;

    private static final String UNFINISHED = """
            SELECT number, task_partition, task_offset FROM infill.range
             WHERE migration = ? AND pass = ? AND state IN ('open', 'running')
             ORDER BY number
            """;

    private static final String TASK_AT = """
            UPDATE infill.range SET task_partition = ?, task_offset = ?
             WHERE migration = ? AND number = ? AND pass = ?
            """;

    private static final String SUMMARY = """
            SELECT count(*) FILTER (WHERE pass = ? AND state IN ('open', 'running')) AS open,
                   count(*) FILTER (WHERE state = 'rejected') AS rejected,
                   coalesce(max(done_at) FILTER (WHERE state = 'rejected')
                            < clock_timestamp() - interval '30 seconds', false) AS rejected_due,
                   count(*) FILTER (WHERE state = 'suspect') AS suspect,
                   count(*) FILTER (WHERE state = 'overflowed') AS overflowed,
                   count(*) FILTER (WHERE verified_at IS NULL) AS unverified,
                   count(*) AS total,
                   (SELECT count(*) FROM infill.rejected r WHERE r.migration = ?) AS rejected_rows
              FROM infill.range
             WHERE migration = ?
            """;

    private PassLedger() {}

    /**
     * A task that is not done, and where it lies.
     *
     * @param offset null: not published yet
     */
    public record OpenTask(
            int range, int partition, @Nullable Long offset) {}

    /** The end of what is cut: the number of the next range and its lower bound (null: nothing is cut yet). */
    public record CutSoFar(int nextNumber, @Nullable Key lower) {}

    /**
     * A key range to be.
     *
     * @param lower inside; null: from the first key on
     * @param upper outside; null: to the last key and beyond
     * @param rows about as many as it has now
     */
    public record NewRange(
            int number, @Nullable Key lower, @Nullable Key upper, long rows) {}

    /** Adds a key range. */
    public static void add(Connection connection, String migration, NewRange range) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD_RANGE)) {
            statement.setString(1, migration);
            statement.setInt(2, range.number());
            statement.setArray(3, array(connection, range.lower()));
            statement.setArray(4, array(connection, range.upper()));
            statement.setLong(5, range.rows());
            statement.executeUpdate();
        }
    }

    /** Forgets all ranges: the table must be cut anew. Tasks of earlier passes are void. */
    public static void forgetRanges(Connection connection, String migration) throws SQLException {
        for (String forget : FORGET_RANGES) {
            try (PreparedStatement statement = connection.prepareStatement(forget)) {
                statement.setString(1, migration);
                statement.executeUpdate();
            }
        }
    }

    private static @Nullable Array array(Connection connection, @Nullable Key key) throws SQLException {
        return key == null
                ? null
                : connection.createArrayOf("text", key.values().toArray());
    }

    /** Where cutting must go on. */
    public static CutSoFar cutSoFar(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST_RANGE)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return new CutSoFar(0, null);
                }
                Array upper = result.getArray("upper_key");
                Key lower = upper == null ? null : new Key(List.of((String[]) upper.getArray()));
                return new CutSoFar(result.getInt("number") + 1, lower);
            }
        }
    }

    /** Opens a pass over some ranges; tasks of earlier passes are void from here on. Answers how many ranges it has. */
    public static int open(Connection connection, String migration, TaskKind kind, PassScope scope)
            throws SQLException {
        int pass;
        try (PreparedStatement statement = connection.prepareStatement(NEXT_PASS)) {
            statement.setString(1, kind.word());
            statement.setString(2, migration);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                pass = result.getInt(1);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(OPEN_RANGES.formatted(condition(scope)))) {
            statement.setInt(1, pass);
            statement.setString(2, kind.word());
            statement.setString(3, kind.word());
            statement.setString(4, kind.word());
            statement.setString(5, kind.word());
            statement.setString(6, migration);
            return statement.executeUpdate();
        }
    }

    private static String condition(PassScope scope) {
        return switch (scope) {
            case ALL -> "true";
            case NOT_VERIFIED -> "verified_at IS NULL AND state <> 'overflowed'";
            case REJECTED -> "state = 'rejected'";
            case SUSPECT -> "state = 'suspect'";
            case OVERFLOWED -> "state = 'overflowed'";
        };
    }

    /** How the pass stands. */
    public static PassSummary summary(Connection connection, String migration, int pass) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SUMMARY)) {
            statement.setInt(1, pass);
            statement.setString(2, migration);
            statement.setString(3, migration);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new PassSummary(
                        result.getLong("open"),
                        new PassSummary.Rejected(
                                result.getLong("rejected"),
                                result.getBoolean("rejected_due"),
                                result.getLong("rejected_rows")),
                        result.getLong("suspect"),
                        result.getLong("overflowed"),
                        result.getLong("unverified"),
                        result.getLong("total"));
            }
        }
    }

    /** The tasks of a pass that are not done, by range number. */
    public static List<OpenTask> unfinished(Connection connection, String migration, int pass) throws SQLException {
        List<OpenTask> tasks = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(UNFINISHED)) {
            statement.setString(1, migration);
            statement.setInt(2, pass);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    long offset = result.getLong("task_offset");
                    tasks.add(new OpenTask(
                            result.getInt("number"),
                            result.getInt("task_partition"),
                            result.wasNull() ? null : offset));
                }
            }
        }
        return tasks;
    }

    /** Notes where tasks of a pass lie. */
    public static void published(Connection connection, String migration, int pass, List<OpenTask> tasks)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TASK_AT)) {
            for (OpenTask task : tasks) {
                statement.setInt(1, task.partition());
                statement.setObject(2, task.offset());
                statement.setString(3, migration);
                statement.setInt(4, task.range());
                statement.setInt(5, pass);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
