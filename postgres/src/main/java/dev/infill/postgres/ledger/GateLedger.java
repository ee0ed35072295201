package dev.infill.postgres.ledger;

import dev.infill.protocol.Gate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Gates that are open, and what opened them. */
public final class GateLedger {
    private static final String OPEN = "SELECT gate FROM infill.gate WHERE migration = ?";

    private static final String OPEN_ON_EVIDENCE = """
            INSERT INTO infill.gate (migration, gate, opened_by, evidence) VALUES (?, ?, 'evidence', ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String CLOSE_EVIDENCED =
            "DELETE FROM infill.gate WHERE migration = ? AND opened_by = 'evidence'";

    private static final String OPENED_BY =
            "SELECT opened_by, evidence FROM infill.gate WHERE migration = ? AND gate = ?";

    /**
     * Repairs are counted from the stage's begin at the earliest: those of a fill that is still running say nothing. A
     * barrier that passed was emitted so long ago that everything older is repaired.
     */
    private static final String AGES = """
            SELECT extract(epoch FROM clock_timestamp() - greatest(m.stage_since, max(r.last_repair_at)))::float8,
                   coalesce(extract(epoch FROM clock_timestamp() - greatest(m.stage_since, max(r.last_differing_at))),
                            1e9)::float8,
                   coalesce(extract(epoch FROM clock_timestamp() - max(r.last_change_at)), 1e9)::float8,
                   coalesce(extract(epoch FROM clock_timestamp() - (
                       SELECT max(b.emitted_at) FROM infill.barrier b
                        WHERE b.emitted_at > clock_timestamp() - interval '2 minutes'
                          AND (SELECT count(*) FROM infill.barrier_passed p WHERE p.barrier = b.id) >= b.partitions)),
                            1e9)::float8
              FROM infill.migration m LEFT JOIN infill.repair r ON r.migration = m.name
             WHERE m.name = ?
             GROUP BY m.stage_since
            """;

    private GateLedger() {}

    /** The open gates. */
    public static Set<Gate> open(Connection connection, String migration) throws SQLException {
        Set<Gate> open = EnumSet.noneOf(Gate.class);
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    open.add(Gate.of(result.getString(1)));
                }
            }
        }
        return open;
    }

    /** Opens a gate because its evidence is complete. */
    public static void openOnEvidence(Connection connection, String migration, Gate gate, String evidence)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OPEN_ON_EVIDENCE)) {
            statement.setString(1, migration);
            statement.setString(2, gate.word());
            statement.setString(3, evidence);
            statement.executeUpdate();
        }
    }

    /** Closes what only evidence had opened, because the evidence is void. */
    public static void closeEvidenced(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLOSE_EVIDENCED)) {
            statement.setString(1, migration);
            statement.executeUpdate();
        }
    }

    /** Who opened a gate, and on what, in words; empty while it is closed. */
    public static Optional<String> openedBy(Connection connection, String migration, Gate gate) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OPENED_BY)) {
            statement.setString(1, migration);
            statement.setString(2, gate.word());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1) + ": " + result.getString(2)) : Optional.empty();
            }
        }
    }

    /** How long ago it was, by the database's clock. */
    public static Ages ages(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AGES)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                return result.next()
                        ? new Ages(seconds(result, 1), seconds(result, 2), seconds(result, 3), seconds(result, 4))
                        : new Ages(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofDays(1));
            }
        }
    }

    private static Duration seconds(ResultSet result, int index) throws SQLException {
        return Duration.ofMillis((long) (result.getDouble(index) * 1000));
    }

    /**
     * How long ago things happened; very long: never.
     *
     * @param repaired since a row had to be repaired, or the stage began
     * @param differed since a row differed and was left, or the stage began
     * @param changed since a change was handled
     * @param barrier since the newest of those barriers was emitted that have passed
     */
    public record Ages(Duration repaired, Duration differed, Duration changed, Duration barrier) {}
}
