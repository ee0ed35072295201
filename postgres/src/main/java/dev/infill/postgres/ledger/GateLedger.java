package dev.infill.postgres.ledger;

import dev.infill.protocol.Gate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
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

    /** Counted from the stage's begin at the earliest: repairs of a fill that is still running say nothing. */
    private static final String QUIET_SECONDS = """
            SELECT extract(epoch FROM clock_timestamp() - greatest(m.stage_since, max(r.last_repair_at)))::float8
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

    /** For how long no row had to be repaired, by the database's clock. */
    public static double quietSeconds(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(QUIET_SECONDS)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getDouble(1) : 0;
            }
        }
    }
}
