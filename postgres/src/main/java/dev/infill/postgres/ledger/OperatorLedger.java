package dev.infill.postgres.ledger;

import dev.infill.postgres.Failure;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Finding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What operators write: new migrations, pauses, approvals. Every statement checks by itself that it is still legal and leaves a line
 * in the audit, so that any coordinator may serve it, leader or not.
 */
public final class OperatorLedger {
    /** Arbitrary and ours: of two migrations that are submitted for one table at once, one must be seen by the other. */
    private static final long LOCK = 0x1F11_1ED6_E501L;

    private static final String ONE_SUBMISSION_AT_A_TIME = "SELECT pg_advisory_xact_lock(" + LOCK + ")";

    private static final String SPECIFICATION = "SELECT specification FROM infill.migration WHERE name = ?";

    private static final String OTHER_ON_TABLE = """
            SELECT name FROM infill.migration
             WHERE definition->'table'->>'schema' = ? AND definition->'table'->>'name' = ? AND name <> ?
            """;

    private static final String INSERT = """
            INSERT INTO infill.migration (name, specification, definition, findings)
            VALUES (?, ?, ?::jsonb, ?::jsonb)
            ON CONFLICT DO NOTHING
            """;

    /** A standing that somebody else changed meanwhile is not overwritten. */
    private static final String STAND = """
            UPDATE infill.migration SET standing = ?, problem = NULL WHERE name = ? AND standing = ANY (?)
            """;

    /** A person's word stays when the evidence goes, so it replaces what only evidence had opened. */
    private static final String APPROVE = """
            INSERT INTO infill.gate (migration, gate, opened_by, evidence)
            SELECT name, ?, ?, ? FROM infill.migration WHERE name = ?
            ON CONFLICT (migration, gate) DO UPDATE
               SET opened_by = excluded.opened_by, opened_at = clock_timestamp(), evidence = excluded.evidence
             WHERE gate.opened_by = 'evidence'
            """;

    private static final String AUDIT =
            "INSERT INTO infill.audit (migration, actor, action, detail) VALUES (?, ?, ?, ?)";

    private static final int OWN_ATTEMPTS = 20;

    private OperatorLedger() {}

    /** What became of a submission. */
    public enum Submitted {
        INSERTED,
        NAME_TAKEN,
        TABLE_TAKEN
    }

    /** A migration that was checked and may begin. */
    public record Submission(String specification, Migration migration, List<Finding> findings) {}

    /** Who does something, and why; the reason may be empty. */
    public record Act(String actor, String reason) {}

    /** The text of a migration that is not over. */
    public static Optional<String> specification(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SPECIFICATION)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    /** The name of another migration on the table. */
    public static Optional<String> otherOnTable(Connection connection, String schema, String table, String migration)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OTHER_ON_TABLE)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            statement.setString(3, migration);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    /** Enters a migration, in one transaction. The connection must be in auto-commit mode. */
    public static Submitted submit(Connection connection, Submission submission, Act act) throws SQLException {
        return inTransaction(connection, () -> {
            try (PreparedStatement lock = connection.prepareStatement(ONE_SUBMISSION_AT_A_TIME)) {
                lock.execute();
            }
            Migration migration = submission.migration();
            String schema = migration.table().schema();
            if (otherOnTable(connection, schema, migration.table().name(), migration.name())
                    .isPresent()) {
                return Submitted.TABLE_TAKEN;
            }
            if (!insert(connection, submission)) {
                return Submitted.NAME_TAKEN;
            }
            audit(connection, migration.name(), act, "submit");
            return Submitted.INSERTED;
        });
    }

    private static boolean insert(Connection connection, Submission submission) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, submission.migration().name());
            statement.setString(2, submission.specification());
            statement.setString(3, Json.write(submission.migration()));
            statement.setString(4, Json.write(submission.findings()));
            return statement.executeUpdate() == 1;
        }
    }

    /** Gives a migration another standing if it has one of those now; answers whether it had. */
    public static boolean stand(
            Connection connection, String migration, Collection<Standing> from, Standing to, Act act)
            throws SQLException {
        return inTransaction(connection, () -> {
            try (PreparedStatement statement = connection.prepareStatement(STAND)) {
                statement.setString(1, to.word());
                statement.setString(2, migration);
                statement.setArray(
                        3,
                        connection.createArrayOf(
                                "text", from.stream().map(Standing::word).toArray()));
                boolean changed = statement.executeUpdate() == 1;
                if (changed) {
                    audit(connection, migration, act, to.word());
                }
                return changed;
            }
        });
    }

    /** Opens a gate on a person's word; answers false where a person had opened it already. */
    public static boolean approve(Connection connection, String migration, Gate gate, Act act) throws SQLException {
        return inTransaction(connection, () -> {
            try (PreparedStatement statement = connection.prepareStatement(APPROVE)) {
                statement.setString(1, gate.word());
                statement.setString(2, act.actor());
                statement.setString(3, act.reason().isEmpty() ? "approved" : act.reason());
                statement.setString(4, migration);
                boolean opened = statement.executeUpdate() == 1;
                if (opened) {
                    audit(connection, migration, act, "approve " + gate.word());
                }
                return opened;
            }
        });
    }

    /**
     * Gives the column another owner; false when it is not what it was, or the stage is not. A busy repair may be in the way
     * for longer than a lock is waited for, so it is tried a few times.
     */
    public static boolean own(Connection connection, String migration, OwnershipLedger.Move move, Act act)
            throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return inTransaction(connection, () -> OwnershipLedger.move(connection, migration, move, act));
            } catch (SQLException e) {
                if (attempt == OWN_ATTEMPTS || !Failure.of(e).isLockConflict()) {
                    throw e;
                }
            }
        }
    }

    private static void audit(Connection connection, String migration, Act act, String action) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AUDIT)) {
            statement.setString(1, migration);
            statement.setString(2, act.actor());
            statement.setString(3, action);
            statement.setString(4, act.reason());
            statement.executeUpdate();
        }
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private static <T> T inTransaction(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T answer = work.run();
            connection.commit();
            return answer;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
