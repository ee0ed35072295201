package dev.infill.postgres.ledger;

import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.OwnershipMove;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who owns the column, held against being moved by those who write it, and moved when none of them does.
 *
 * <p>An advisory lock and not the migration's row: the coordinator writes that row every second and would wait behind an
 * endless chain of readers, which a queue of heavyweight locks does not allow. A repair holds the lock shared from its
 * begin to its commit. Whoever works on a range holds it while he takes the range, and loses the range to a move.
 */
public final class OwnershipLedger {
    /** Arbitrary and ours; the second half of the lock's key is the migration. */
    private static final int LOCK = 0x1F11_0071;

    /** One round trip, because each repair makes it. The last statement's snapshot is taken when the lock is held. */
    private static final String HOLD =
            "SET LOCAL synchronous_commit = on; SELECT pg_catalog.pg_advisory_xact_lock_shared("
                    + LOCK + ", pg_catalog.hashtext(?)); SELECT ownership, stage,"
                    + " EXISTS (SELECT FROM infill.rejected r WHERE r.migration = m.name) AS has_rejected"
                    + " FROM infill.migration m WHERE name = ?";

    private static final String KEEP_OUT =
            "SELECT pg_catalog.pg_advisory_xact_lock(" + LOCK + ", pg_catalog.hashtext(?))";

    private static final String MOVE =
            "UPDATE infill.migration SET ownership = ? WHERE name = ? AND ownership = ? AND stage = ?";

    /** As if another worker had taken them: the batch that runs writes nothing, and the task is handed out again. */
    private static final String TAKE_RANGES = """
            UPDATE infill.range SET claim = claim + 1, worker = NULL, state = 'open'
             WHERE migration = ? AND state = 'running'
            """;

    private static final String VOID_PROOF = "UPDATE infill.range SET verified_at = NULL WHERE migration = ?";

    private static final String AUDIT =
            "INSERT INTO infill.audit (migration, actor, action, detail) VALUES (?, ?, 'own ' || ?, ? || ': ' || ?)";

    /** A name may have been used before. */
    private static final String MOVES = """
            SELECT split_part(a.detail, ': ', 1) AS from_owner, substr(a.action, 5) AS to_owner, a.actor, a.at,
                   substr(a.detail, strpos(a.detail, ': ') + 2) AS why
              FROM infill.audit a JOIN infill.migration m ON m.name = a.migration AND a.at >= m.created_at
             WHERE a.migration = ? AND a.action IN ('own derived', 'own dual', 'own application')
             ORDER BY a.id
            """;

    private OwnershipLedger() {}

    /**
     * Who owns the column until the caller's transaction ends.
     *
     * @param stage as it is now
     * @param hasRejected whether any row is rejected now
     */
    public record Held(Ownership ownership, Stage stage, boolean hasRejected) {}

    /** A move, legal only in the stage in which it was decided. */
    public record Move(Stage stage, Ownership from, Ownership to) {
        /** Whether it takes back what was given to the application. */
        public boolean isBack() {
            return to.compareTo(from) < 0;
        }
    }

    /**
     * Keeps the ownership as it is until the caller's transaction ends, whose commit will wait for the disk; empty where there
     * is no such migration.
     */
    public static Optional<Held> hold(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setString(1, migration);
            statement.setString(2, migration);
            statement.execute();
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet result = statement.getResultSet()) {
                return result.next()
                        ? Optional.of(new Held(
                                Ownership.of(result.getString(1)), Stage.of(result.getString(2)), result.getBoolean(3)))
                        : Optional.empty();
            }
        }
    }

    /**
     * Moves the ownership in the caller's transaction; false when it is not what it was, or the stage is not. Waits for
     * repairs that run, as long as {@code lock_timeout} allows.
     */
    public static boolean move(Connection connection, String migration, Move move, Act act) throws SQLException {
        update(connection, KEEP_OUT, migration);
        int moved = update(
                connection,
                MOVE,
                move.to().word(),
                migration,
                move.from().word(),
                move.stage().word());
        if (moved == 0) {
            return false;
        }
        update(connection, TAKE_RANGES, migration);
        if (move.isBack()) {
            // What was compared by a weaker rule is not proven by the stronger one.
            update(connection, VOID_PROOF, migration);
        }
        update(
                connection,
                AUDIT,
                migration,
                act.actor(),
                move.to().word(),
                move.from().word(),
                act.reason());
        return true;
    }

    /** Every move of a migration that is not over, the first one first. */
    public static List<OwnershipMove> moves(Connection connection, String migration) throws SQLException {
        List<OwnershipMove> moves = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(MOVES)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    moves.add(new OwnershipMove(
                            Ownership.of(result.getString("from_owner")),
                            Ownership.of(result.getString("to_owner")),
                            result.getString("actor"),
                            result.getTimestamp("at").toInstant(),
                            result.getString("why")));
                }
            }
        }
        return moves;
    }

    private static int update(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            return statement.execute() ? 0 : statement.getUpdateCount();
        }
    }
}
