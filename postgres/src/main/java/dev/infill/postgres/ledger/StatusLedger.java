package dev.infill.postgres.ledger;

import dev.infill.postgres.Partitions;
import dev.infill.postgres.ledger.MigrationLook.Counters;
import dev.infill.postgres.ledger.MigrationLook.Position;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads where migrations stand, without locks and without writing. */
public final class StatusLedger {
    /** How the table of migration {@code m} is cut and filled, in words. */
    static final String HOW = """
            m.ranges || ' ranges (' || m.ranges_why || ')' || coalesce('; ' || (
                SELECT string_agg(s.words, ', ' ORDER BY s.ranges DESC)
                  FROM (SELECT stripes || CASE stripes WHEN 1 THEN ' stripe' ELSE ' stripes' END
                                   || ' (' || stripes_why || ')' AS words, count(*) AS ranges
                          FROM infill.range WHERE migration = m.name AND stripes IS NOT NULL GROUP BY 1) s), '')
            """;

    /** A range that must be looked at again counts as suspect, whatever the reason. */
    private static final String LOOK = """
            SELECT m.name, m.specification, m.stage, m.standing, m.problem, m.ownership, m.pass, m.memo, m.findings,
                   m.created_at, m.stage_since, r.*, p.*, \s""" + HOW + """
                   AS how,
                   (SELECT count(*) FROM infill.rejected j WHERE j.migration = m.name) AS rejected_rows,
                   (SELECT sum(greatest(l.reltuples, 0))::bigint
                      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
                           pg_catalog.pg_class l
                     WHERE n.nspname = m.definition->'table'->>'schema'
                       AND c.relname = m.definition->'table'->>'name'
                       AND l.oid IN (""" + Partitions.leavesOf("c.oid") + """
                           )) AS expected
              FROM infill.migration m,
                   LATERAL (SELECT count(*) AS cut,
                                   count(*) FILTER (WHERE running_pass) AS total,
                                   count(*) FILTER (WHERE running_pass AND state = 'open') AS open,
                                   count(*) FILTER (WHERE running_pass AND state = 'running') AS running,
                                   count(*) FILTER (WHERE running_pass AND state = 'done') AS done,
                                   count(*) FILTER (WHERE running_pass AND state = 'rejected') AS rejected,
                                   count(*) FILTER (WHERE running_pass AND state IN ('suspect', 'mismatched', 'overflowed'))
                                       AS suspect,
                                   coalesce(sum(rows_read) FILTER (WHERE running_pass), 0)::bigint AS rows_read,
                                   coalesce(extract(epoch FROM clock_timestamp()
                                       - min(started_at) FILTER (WHERE running_pass)), 0)::float8 AS pass_seconds,
                                   coalesce(sum(filled_rows), 0)::bigint AS filled,
                                   coalesce(sum(rows_read) FILTER (WHERE kind IN ('verify', 'recheck')), 0)::bigint
                                       - (SELECT count(*) FROM infill.suspect s WHERE s.migration = m.name) AS verified,
                                   coalesce(sum(mismatches), 0)::bigint AS mismatches
                              FROM (SELECT *, pass = m.pass AND m.pass > 0 AS running_pass
                                      FROM infill.range WHERE migration = m.name) x) r,
                   LATERAL (SELECT coalesce(sum(changes), 0)::bigint AS changes,
                                   coalesce(sum(repaired), 0)::bigint AS repaired
                              FROM infill.repair WHERE migration = m.name) p
             WHERE m.name = coalesce(?, m.name)
             ORDER BY m.created_at, m.name
            """;

    private static final String GATES = "SELECT gate, opened_by, opened_at FROM infill.gate WHERE migration = ?";

    /** The newest report of each name. */
    private static final String REPORTS = """
            SELECT DISTINCT ON (migration) report FROM infill.report
             WHERE migration = coalesce(?, migration)
             ORDER BY migration, finished_at DESC
            """;

    /** Without what is long: some thousand ranges, and the audit. */
    private static final String SUMMARIES =
            REPORTS.replace("ON (migration) report", "ON (migration) report - '{promise,proof}'::text[]");

    private StatusLedger() {}

    /** Every migration that is not over, oldest first; only the named one where a name is given. */
    public static List<MigrationLook> looks(Connection connection, @Nullable String migration) throws SQLException {
        List<MigrationLook> looks = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    looks.add(look(connection, result));
                }
            }
        }
        return looks;
    }

    /** The newest report of every migration that is over; only of the named one where a name is given. */
    public static List<MigrationReport> reports(Connection connection, @Nullable String migration) throws SQLException {
        return reports(connection, REPORTS, migration);
    }

    /** The same without promise and proof. */
    public static List<MigrationReport> summaries(Connection connection, @Nullable String migration)
            throws SQLException {
        return reports(connection, SUMMARIES, migration);
    }

    private static List<MigrationReport> reports(Connection connection, String sql, @Nullable String migration)
            throws SQLException {
        List<MigrationReport> reports = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    reports.add(Json.read(result.getString(1), MigrationReport.class));
                }
            }
        }
        return reports;
    }

    private static MigrationLook look(Connection connection, ResultSet row) throws SQLException {
        String memo = row.getString("memo");
        Memo read = memo.equals("{}") ? Memo.EMPTY : Json.read(memo, Memo.class);
        return new MigrationLook(
                row.getString("name"),
                row.getString("specification"),
                new Position(
                        Stage.of(row.getString("stage")),
                        Standing.of(row.getString("standing")),
                        row.getString("problem"),
                        Ownership.of(row.getString("ownership")),
                        OwnershipLedger.moves(connection, row.getString("name")).stream()
                                .reduce((earlier, later) -> later)
                                .orElse(null),
                        row.getTimestamp("created_at").toInstant(),
                        row.getTimestamp("stage_since").toInstant()),
                row.getInt("pass"),
                read,
                counters(row),
                rows(row),
                gates(connection, row.getString("name"), read),
                Arrays.asList(Json.read(row.getString("findings"), Finding[].class)));
    }

    private static Counters counters(ResultSet row) throws SQLException {
        Ranges ranges = new Ranges(
                row.getLong("total"),
                row.getLong("open"),
                row.getLong("running"),
                row.getLong("done"),
                row.getLong("rejected"),
                row.getLong("suspect"));
        return new Counters(
                ranges,
                row.getLong("cut"),
                row.getString("how"),
                row.getLong("rows_read"),
                row.getDouble("pass_seconds"));
    }

    private static Rows rows(ResultSet row) throws SQLException {
        return new Rows(
                row.getLong("expected"),
                row.getLong("filled"),
                Math.max(0, row.getLong("verified")),
                row.getLong("changes"),
                row.getLong("repaired"),
                row.getLong("rejected_rows"),
                row.getLong("mismatches"));
    }

    private static List<GateStatus> gates(Connection connection, String migration, Memo memo) throws SQLException {
        Map<Gate, GateStatus> gates = new EnumMap<>(Gate.class);
        for (Gate gate : Gate.values()) {
            List<String> missing = memo.missing().getOrDefault(gate.word(), List.of());
            gates.put(gate, new GateStatus(gate, false, null, null, missing));
        }
        try (PreparedStatement statement = connection.prepareStatement(GATES)) {
            statement.setString(1, migration);
            try (ResultSet open = statement.executeQuery()) {
                while (open.next()) {
                    Gate gate = Gate.of(open.getString("gate"));
                    gates.put(
                            gate,
                            new GateStatus(
                                    gate,
                                    true,
                                    open.getString("opened_by"),
                                    open.getTimestamp("opened_at").toInstant(),
                                    List.of()));
                }
            }
        }
        return List.copyOf(gates.values());
    }
}
