package dev.infill.postgres.ledger;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.Proof;
import dev.infill.protocol.status.Proof.Act;
import dev.infill.protocol.status.Proof.Approval;
import dev.infill.protocol.status.Proof.Digest;
import dev.infill.protocol.status.Proof.Faults;
import dev.infill.protocol.status.Proof.Pages;
import dev.infill.protocol.status.Proof.Range;
import dev.infill.protocol.status.Proof.Rejection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what the ledger has to show for a migration. */
public final class ProofLedger {
    private static final String RANGES = """
            SELECT r.number, r.lower_key, r.upper_key, r.file_node, n.nspname, c.relname, r.rows_read, r.filled_rows,
                   r.mismatches, r.digest, r.digested_at, r.compare_seconds, r.verified_at, r.retaken, r.errors,
                   r.error_seen
              FROM infill.range r
              LEFT JOIN pg_catalog.pg_class c ON c.oid = r.relation
              LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE r.migration = ? ORDER BY r.number
            """;

    /** Lines of an earlier migration of the same name are not this one's. */
    private static final String ITS_AUDIT = """
             FROM infill.audit a JOIN infill.migration m ON m.name = a.migration AND a.at >= m.created_at
             WHERE m.name = ?
            """;

    private static final String SUMS = """
            SELECT current_setting('server_version') AS version, m.ownership,
                   (SELECT coalesce(sum(differing), 0) FROM infill.repair WHERE migration = m.name)::bigint AS differing,
                   (SELECT count(*) FROM infill.audit a WHERE a.migration = m.name AND a.at >= m.created_at
                       AND a.action = 'gap') AS gaps,
                   (SELECT count(*) FROM infill.audit a WHERE a.migration = m.name AND a.at >= m.created_at
                       AND a.action = 'cut-anew') AS cut_anew
              FROM infill.migration m WHERE m.name = ?
            """;

    private static final String REJECTIONS = """
            SELECT sqlstate, detail, count(*) AS rows FROM infill.rejected WHERE migration = ?
             GROUP BY sqlstate, detail ORDER BY rows DESC, sqlstate, detail LIMIT 100
            """;

    private static final String APPROVALS =
            "SELECT gate, opened_by, opened_at, evidence FROM infill.gate WHERE migration = ? ORDER BY opened_at, gate";

    /** The last thousand; a migration that was paused and resumed by a machine may have more. */
    private static final String ACTS = "SELECT * FROM (SELECT a.id, a.at, a.actor, a.action, a.detail" + ITS_AUDIT
            + " ORDER BY a.id DESC LIMIT 1000) a ORDER BY id";

    private ProofLedger() {}

    /** The proof as it is now, in the caller's transaction. */
    public static Proof read(Connection connection, String migration) throws SQLException {
        List<Range> ranges = all(connection, RANGES, migration, ProofLedger::range);
        List<Rejection> rejections = all(
                connection,
                REJECTIONS,
                migration,
                row -> new Rejection(row.getString("sqlstate"), row.getString("detail"), row.getLong("rows")));
        return all(
                        connection,
                        SUMS,
                        migration,
                        row -> new Proof(
                                row.getString("version").replaceFirst(" .*", ""),
                                Ownership.of(row.getString("ownership")),
                                digest(ranges),
                                ranges,
                                new Faults(
                                        ranges.stream()
                                                .mapToLong(Range::retaken)
                                                .sum(),
                                        ranges.stream().mapToLong(Range::errors).sum(),
                                        row.getLong("gaps"),
                                        row.getLong("cut_anew"),
                                        row.getLong("differing"),
                                        rejections),
                                all(connection, APPROVALS, migration, ProofLedger::approval),
                                all(connection, ACTS, migration, ProofLedger::act)))
                .get(0);
    }

    /** A digest as people read it. */
    public static String hex(long digest) {
        return HexFormat.of().toHexDigits(digest);
    }

    private static Range range(ResultSet row) throws SQLException {
        long digest = row.getLong("digest");
        boolean digested = !row.wasNull();
        double seconds = row.getDouble("compare_seconds");
        boolean timed = !row.wasNull();
        return new Range(
                row.getInt("number"),
                bound(row, "lower_key"),
                bound(row, "upper_key"),
                pages(row),
                row.getLong("rows_read"),
                row.getLong("filled_rows"),
                row.getLong("mismatches"),
                digested ? hex(digest) : null,
                instant(row, "digested_at"),
                timed ? seconds : null,
                instant(row, "verified_at"),
                row.getInt("retaken"),
                row.getInt("errors"),
                row.getString("error_seen"));
    }

    /** A partition that is gone has no name any more; its rows are gone with it. */
    private static @Nullable Pages pages(ResultSet row) throws SQLException {
        String name = row.getString("relname");
        return name == null ? null : new Pages(new TableName(row.getString("nspname"), name), row.getLong("file_node"));
    }

    private static List<String> bound(ResultSet row, String column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }

    /** XOR, as within a range: the whole is the same however it was cut. */
    private static @Nullable Digest digest(List<Range> ranges) {
        if (ranges.isEmpty()
                || ranges.stream().anyMatch(range -> range.digest() == null || range.verifiedAt() == null)) {
            return null;
        }
        long value = ranges.stream()
                .mapToLong(range -> HexFormat.fromHexDigitsToLong(Objects.requireNonNull(range.digest())))
                .reduce(0, (a, b) -> a ^ b);
        List<Instant> times = ranges.stream()
                .map(range -> Objects.requireNonNull(range.comparedAt()))
                .sorted()
                .toList();
        return new Digest(
                hex(value), ranges.stream().mapToLong(Range::rows).sum(), times.get(0), times.get(times.size() - 1));
    }

    private static Approval approval(ResultSet row) throws SQLException {
        return new Approval(
                Gate.of(row.getString("gate")),
                row.getString("opened_by"),
                row.getTimestamp("opened_at").toInstant(),
                row.getString("evidence"));
    }

    private static Act act(ResultSet row) throws SQLException {
        return new Act(
                row.getTimestamp("at").toInstant(),
                row.getString("actor"),
                row.getString("action"),
                row.getString("detail"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static <T> List<T> all(Connection connection, String sql, String migration, Reading<T> reading)
            throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, migration);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reading.of(result));
                }
            }
        }
        return rows;
    }
}
