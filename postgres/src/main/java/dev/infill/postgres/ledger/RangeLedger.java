package dev.infill.postgres.ledger;

import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.Result;
import dev.infill.protocol.TableName;
import dev.infill.protocol.json.Json;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a worker reads and writes of {@code infill.range}: claims, cursors, ends. The caller owns the transaction. */
public final class RangeLedger {
    private static final String COLUMNS =
            "claim, state, lower_key, upper_key, cursor_key, postponed_keys::text, rows_read, rows_changed,"
                    + " planned_rows,"
                    + " (SELECT ARRAY[n.nspname::text, c.relname::text] FROM pg_catalog.pg_class c"
                    + "    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation), coalesce(digest, 0)";

    private static final String CLAIM = """
            UPDATE infill.range
            SET claim = claim + 1, worker = ?, state = 'running', started_at = coalesce(started_at, clock_timestamp()),
                retaken = retaken + CASE WHEN state = 'running' THEN 1 ELSE 0 END
            WHERE migration = ? AND number = ? AND pass = ? AND kind = ? AND state IN ('open', 'running')
              AND (file_node IS NULL OR file_node = pg_catalog.pg_relation_filenode(relation))
            RETURNING\s""" + COLUMNS;

    /** Also finds a range that this very claim has closed: the answer to a COMMIT without an answer. */
    private static final String READ =
            "SELECT " + COLUMNS + " FROM infill.range WHERE migration = ? AND number = ? AND claim = ? AND worker = ?";

    /**
     * A range that was opened for another pass is not running, so a zombie of the pass before is fenced too; so is whoever
     * walks over pages of a file that is not the table's any more.
     */
    private static final String HELD = """
            WHERE migration = ? AND number = ? AND claim = ? AND worker = ? AND state = 'running'
              AND (file_node IS NULL OR file_node = pg_catalog.pg_relation_filenode(relation))
            """;

    /** The condition under which an UPDATE may write that {@link #counting} counts. */
    public static final String IF_HELD = "(SELECT count(*) FROM infill_held) = 1";

    /**
     * Claim, rows and counters in one statement, so that a batch is one round trip. The claim's row is locked before any
     * row is written; who has lost the claim writes nothing.
     */
    private static final String HOLDING =
            "WITH infill_held AS MATERIALIZED (SELECT FROM infill.range " + HELD + " FOR UPDATE), infill_written AS (";

    private static final String COUNTING = """
            ), infill_counts AS (
                SELECT count(*) AS rows, count(*) FILTER (WHERE stayed) AS stayed FROM infill_written)
            UPDATE infill.range
            SET rows_changed = rows_changed + infill_counts.rows, filled_rows = filled_rows + infill_counts.rows,
                last_error = NULL
            FROM infill_counts
            WHERE migration = ? AND number = ? AND EXISTS (SELECT FROM infill_held)
            RETURNING rows_changed, infill_counts.rows, infill_counts.stayed
            """;

    private static final String ADVANCE = """
            UPDATE infill.range
            SET cursor_key = ?, postponed_keys = ?::jsonb, rows_read = ?,
                filled_rows = filled_rows + CASE WHEN kind = 'fill' THEN ? - rows_changed ELSE 0 END,
                rows_changed = ?, last_error = NULL, digest = CASE WHEN kind <> 'fill' THEN ? END,
                digested_at = CASE WHEN kind = 'verify' THEN clock_timestamp() ELSE digested_at END,
                compare_seconds = CASE WHEN kind = 'verify' THEN extract(epoch FROM clock_timestamp() - started_at)
                                       ELSE compare_seconds END
            """ + HELD;

    private static final String CLOSE = """
            UPDATE infill.range
            SET state = CASE WHEN kind = 'fill' AND EXISTS (
                            SELECT FROM infill.rejected r
                            WHERE r.migration = infill.range.migration AND r.range = infill.range.number)
                        THEN 'rejected' ELSE ? END,
                verified_at = CASE WHEN kind <> 'fill' AND ? = 'done' THEN clock_timestamp() ELSE verified_at END,
                done_at = clock_timestamp()
            """ + HELD + "RETURNING state";

    private static final String NOTE_STRIPES = "UPDATE infill.range SET stripes = ?, stripes_why = ? " + HELD;

    private static final String COUNT_MISMATCHES = "UPDATE infill.range SET mismatches = mismatches + ? " + HELD;

    private static final String NOTE_ERROR =
            "UPDATE infill.range SET last_error = ?, error_seen = ?, errors = errors + 1 " + HELD;

    private RangeLedger() {}

    /**
     * Takes a range; empty when the task is not its task any more, the range is closed in this pass, or its pages are not
     * the table's any more.
     */
    public static Optional<ClaimedRange> claim(Connection connection, RangeTask task, String worker)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, worker);
            statement.setString(2, task.migration());
            statement.setInt(3, task.range());
            statement.setInt(4, task.pass());
            statement.setString(5, task.kind().word());
            return read(statement, task, worker);
        }
    }

    /** The range now, closed or not; empty when another worker has taken it. */
    public static Optional<ClaimedRange> read(Connection connection, Claim claim) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            setClaim(statement, 1, claim);
            return read(statement, claim.task(), claim.worker());
        }
    }

    /** Moves the cursor and the counters; false when the claim is lost: roll back. */
    public static boolean advance(Connection connection, Claim claim, ClaimedRange.Progress to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
            KeyArrays.set(statement, 1, to.cursor());
            statement.setString(
                    2, Json.write(to.postponed().stream().map(Key::values).toList()));
            statement.setLong(3, to.rows().read());
            statement.setLong(4, to.rows().changed());
            statement.setLong(5, to.rows().changed());
            statement.setLong(6, to.digest());
            setClaim(statement, 7, claim);
            return statement.executeUpdate() == 1;
        }
    }

    /**
     * Ends the range in this pass; a fill that left rejected rows becomes {@code REJECTED} whatever is asked for. Empty
     * when the claim is lost: roll back.
     */
    public static Optional<RangeState> close(Connection connection, Claim claim, RangeState state) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLOSE)) {
            statement.setString(1, state.word());
            statement.setString(2, state.word());
            setClaim(statement, 3, claim);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(RangeState.of(result.getString(1))) : Optional.empty();
            }
        }
    }

    /**
     * The text of a fill whose rows are counted in the range's row. The UPDATE has {@link #IF_HELD} among its conditions
     * and returns {@code stayed} for each row. Parameters: the claim's ({@link #setClaim}), the UPDATE's, migration, range.
     */
    public static String counting(String update) {
        return HOLDING + update + COUNTING;
    }

    /** Notes in how many passes the range was filled, and why. */
    public static void noteStripes(Connection connection, Claim claim, int stripes, String why) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE_STRIPES)) {
            statement.setInt(1, stripes);
            statement.setString(2, why);
            setClaim(statement, 3, claim);
            statement.executeUpdate();
        }
    }

    /** Adds rows that were found wrong. */
    public static void countMismatches(Connection connection, Claim claim, long mismatches) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT_MISMATCHES)) {
            statement.setLong(1, mismatches);
            setClaim(statement, 2, claim);
            statement.executeUpdate();
        }
    }

    /** Notes what the range waits for, for people, and that it had to. */
    public static void noteError(Connection connection, Claim claim, String words) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE_ERROR)) {
            statement.setString(1, words);
            statement.setString(2, words);
            setClaim(statement, 3, claim);
            statement.executeUpdate();
        }
    }

    private static Optional<ClaimedRange> read(PreparedStatement statement, RangeTask task, String worker)
            throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            if (!result.next()) {
                return Optional.empty();
            }
            List<Key> postponed = Arrays.stream(Json.read(result.getString(6), String[][].class))
                    .map(values -> new Key(Arrays.asList(values)))
                    .toList();
            return Optional.of(new ClaimedRange(
                    new Claim(task, worker, result.getLong(1)),
                    RangeState.of(result.getString(2)),
                    KeyArrays.read(result, 3),
                    KeyArrays.read(result, 4),
                    new ClaimedRange.Progress(
                            KeyArrays.read(result, 5),
                            postponed,
                            new Result.Rows(result.getLong(7), result.getLong(8)),
                            result.getLong(11)),
                    new ClaimedRange.Plan(result.getLong(9), relation(result))));
        }
    }

    private static @Nullable TableName relation(ResultSet result) throws SQLException {
        Array names = result.getArray(10);
        if (names == null) {
            return null;
        }
        String[] texts = (String[]) names.getArray();
        return new TableName(texts[0], texts[1]);
    }

    /** Sets the four parameters of a claim; returns the next index. */
    public static int setClaim(PreparedStatement statement, int index, Claim claim) throws SQLException {
        statement.setString(index, claim.task().migration());
        statement.setInt(index + 1, claim.task().range());
        statement.setLong(index + 2, claim.number());
        statement.setString(index + 3, claim.worker());
        return index + 4;
    }
}
