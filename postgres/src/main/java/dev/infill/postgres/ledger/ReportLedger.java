package dev.infill.postgres.ledger;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationReport.Growth;
import dev.infill.protocol.status.MigrationReport.StageTime;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Rows;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.Proof;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes the report of a migration that is over, in the transaction that forgets the migration. */
public final class ReportLedger {
    private static final String FIGURES = """
            SELECT m.created_at, clock_timestamp() AS now,
                   coalesce((m.baseline->>'walBytes')::bigint, 0) AS wal,
                   coalesce((m.baseline->>'tableBytesBefore')::bigint, 0) AS table_before,
                   coalesce((m.baseline->>'tableBytesAfter')::bigint, 0) AS table_after,
                   coalesce((m.baseline->>'indexBytesBefore')::bigint, 0) AS index_before,
                   coalesce((m.baseline->>'indexBytesAfter')::bigint, 0) AS index_after,
                   count(r.number) AS ranges, \s""" + StatusLedger.HOW + """
                   AS how,
                   coalesce(sum(r.filled_rows), 0)::bigint AS filled,
                   coalesce(sum(r.rows_read) FILTER (WHERE r.verified_at IS NOT NULL), 0)::bigint AS verified,
                   coalesce(sum(r.mismatches), 0)::bigint AS mismatches,
                   (SELECT coalesce(sum(changes), 0) FROM infill.repair WHERE migration = m.name)::bigint AS changes,
                   (SELECT coalesce(sum(repaired), 0) FROM infill.repair WHERE migration = m.name)::bigint AS repaired,
                   (SELECT count(*) FROM infill.rejected WHERE migration = m.name) AS rejected
              FROM infill.migration m LEFT JOIN infill.range r ON r.migration = m.name
             WHERE m.name = ?
             GROUP BY m.name
            """;

    private static final String STAGES = """
            SELECT stage, sum(extract(epoch FROM ended_at - started_at))::float8 AS seconds
              FROM (SELECT stage, started_at, ended_at FROM infill.stage_time WHERE migration = ?
                    UNION ALL
                    SELECT stage, stage_since, clock_timestamp() FROM infill.migration WHERE name = ?) s
             GROUP BY stage ORDER BY min(started_at)
            """;

    private static final String GATES =
            "SELECT gate, opened_by, opened_at FROM infill.gate WHERE migration = ? ORDER BY gate";

    private static final String KEEP = "INSERT INTO infill.report (migration, outcome, report) VALUES (?, ?, ?::jsonb)";

    private static final String FORGET = "DELETE FROM infill.migration WHERE name = ?";

    private ReportLedger() {}

    /** Keeps the report and forgets the migration, all in the caller's transaction. */
    public static MigrationReport close(Connection connection, Promise promise, String outcome, Staleness staleness)
            throws SQLException {
        Migration migration = promise.definition();
        MigrationReport report = compose(connection, promise, outcome, staleness);
        try (PreparedStatement statement = connection.prepareStatement(KEEP)) {
            statement.setString(1, migration.name());
            statement.setString(2, outcome);
            statement.setString(3, Json.write(report));
            statement.executeUpdate();
        }
        forget(connection, migration.name());
        return report;
    }

    /** Forgets a migration, with everything that the ledger has of it. */
    public static void forget(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setString(1, migration);
            statement.executeUpdate();
        }
    }

    private static MigrationReport compose(Connection connection, Promise promise, String outcome, Staleness staleness)
            throws SQLException {
        Migration migration = promise.definition();
        Proof proof = ProofLedger.read(connection, migration.name());
        List<StageTime> stages = stages(connection, migration.name());
        List<GateStatus> gates = gates(connection, migration.name());
        try (PreparedStatement statement = connection.prepareStatement(FIGURES)) {
            statement.setString(1, migration.name());
            try (ResultSet figures = statement.executeQuery()) {
                figures.next();
                return new MigrationReport(
                        migration.name(),
                        outcome,
                        migration.table().toString(),
                        migration.columnNames(),
                        figures.getTimestamp("created_at").toInstant(),
                        figures.getTimestamp("now").toInstant(),
                        stages,
                        rows(figures),
                        figures.getLong("ranges"),
                        figures.getString("how"),
                        growth(figures),
                        staleness,
                        gates,
                        PaceLedger.protection(connection, migration.name()),
                        promise,
                        proof,
                        DdlLedger.changes(connection, migration.name()),
                        OwnershipLedger.moves(connection, migration.name()));
            }
        }
    }

    private static Rows rows(ResultSet figures) throws SQLException {
        return new Rows(
                figures.getLong("verified"),
                figures.getLong("filled"),
                figures.getLong("verified"),
                figures.getLong("changes"),
                figures.getLong("repaired"),
                figures.getLong("rejected"),
                figures.getLong("mismatches"));
    }

    private static Growth growth(ResultSet figures) throws SQLException {
        return new Growth(
                figures.getLong("wal"),
                figures.getLong("table_before"),
                figures.getLong("table_after"),
                figures.getLong("index_before"),
                figures.getLong("index_after"));
    }

    private static List<StageTime> stages(Connection connection, String migration) throws SQLException {
        List<StageTime> times = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(STAGES)) {
            statement.setString(1, migration);
            statement.setString(2, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    times.add(new StageTime(Stage.of(result.getString("stage")), result.getDouble("seconds")));
                }
            }
        }
        return times;
    }

    private static List<GateStatus> gates(Connection connection, String migration) throws SQLException {
        List<GateStatus> gates = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(GATES)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    Instant at = result.getTimestamp("opened_at").toInstant();
                    gates.add(new GateStatus(
                            Gate.of(result.getString("gate")), true, result.getString("opened_by"), at, List.of()));
                }
            }
        }
        return gates;
    }
}
