package dev.infill.postgres.ledger;

import dev.infill.protocol.status.Writers;
import dev.infill.protocol.status.Writers.Writer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who writes a migrated table. The log names transactions and nobody else, so sessions are looked at while they write, and
 * repair puts the two together. What is seen is a sample: the shorter a transaction, the likelier it is missed.
 */
public final class WriterLedger {
    /** Longer than this the counts are not kept, by minutes. */
    public static final Duration LONGEST_PERIOD = Duration.ofHours(1);

    private static final String SEE = """
            INSERT INTO infill.writer_seen (xid, application, role)
            SELECT backend_xid::text::bigint, coalesce(application_name, ''), coalesce(usename, '')
              FROM pg_catalog.pg_stat_activity
             WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
               AND coalesce(application_name, '') NOT LIKE 'infill%'
            ON CONFLICT DO NOTHING
            """;

    private static final String FORGET_SEEN =
            "DELETE FROM infill.writer_seen WHERE seen_at < clock_timestamp() - interval '1 minute'";

    private static final String NAMES = "SELECT xid, application, role FROM infill.writer_seen WHERE xid = ANY (?)";

    /** In the order of the names, as every repairer does it. */
    private static final String COUNT = """
            INSERT INTO infill.writer AS w (
                migration, partition, minute, application, role, arrived_right, repaired, differing, last_repaired_at)
            SELECT ?, ?, date_trunc('minute', clock_timestamp()), n.application, n.role, n.arrived_right, n.repaired,
                   n.differing, CASE WHEN n.repaired > 0 THEN clock_timestamp() END
              FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
                   AS n (application, role, arrived_right, repaired, differing)
             ORDER BY n.application, n.role
            ON CONFLICT (migration, partition, minute, application, role) DO UPDATE
            SET arrived_right = w.arrived_right + excluded.arrived_right, repaired = w.repaired + excluded.repaired,
                differing = w.differing + excluded.differing,
                last_repaired_at = coalesce(excluded.last_repaired_at, w.last_repaired_at)
            """;

    private static final String FORGET_COUNTS = """
            DELETE FROM infill.writer WHERE migration = ? AND minute < clock_timestamp() - interval '61 minutes'
            """;

    /** Whole minutes, counted from the stage's begin at the earliest. */
    private static final String WRITERS = """
            SELECT w.application, w.role, sum(w.arrived_right)::bigint AS arrived_right, sum(w.repaired)::bigint AS repaired,
                   sum(w.differing)::bigint AS differing, max(w.last_repaired_at) AS last_repaired_at
              FROM infill.writer w JOIN infill.migration m ON m.name = w.migration
             WHERE w.migration = ? AND w.minute >= date_trunc('minute', m.stage_since)
               AND w.minute >= date_trunc('minute', clock_timestamp() - ? * interval '1 second')
             GROUP BY w.application, w.role
             ORDER BY max(w.last_repaired_at) DESC NULLS LAST, sum(w.differing) DESC, w.application, w.role
             LIMIT 100
            """;

    private WriterLedger() {}

    /** A version of the application, as the server knows it. */
    public record Name(String application, String role) {}

    /** How rows arrived. */
    public record Arrived(long right, long repaired, long differing) {
        /** Both together. */
        public Arrived plus(Arrived other) {
            return new Arrived(right + other.right, repaired + other.repaired, differing + other.differing);
        }
    }

    /** Notes which transactions run now, and whose they are. Takes no transaction id where there is nothing new. */
    public static void see(Connection connection) throws SQLException {
        run(connection, SEE);
    }

    /** Forgets transactions that were seen more than a minute ago. */
    public static void forgetSeen(Connection connection) throws SQLException {
        run(connection, FORGET_SEEN);
    }

    /** Those of some transactions that were seen at work, by the low 32 bits of their ids. */
    public static Map<Long, Name> names(Connection connection, Collection<Long> transactions) throws SQLException {
        Map<Long, Name> names = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(NAMES)) {
            statement.setArray(1, connection.createArrayOf("bigint", transactions.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    names.put(result.getLong(1), new Name(result.getString(2), result.getString(3)));
                }
            }
        }
        return names;
    }

    /** Adds to a partition's counts, in the transaction of the repair that they speak of. */
    public static void count(Connection connection, String migration, int partition, Map<Name, Arrived> arrived)
            throws SQLException {
        List<Name> names = List.copyOf(arrived.keySet());
        List<Arrived> counts = names.stream().map(arrived::get).toList();
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setString(1, migration);
            statement.setInt(2, partition);
            set(statement, 3, "text", names.stream().map(Name::application).toArray());
            set(statement, 4, "text", names.stream().map(Name::role).toArray());
            set(statement, 5, "bigint", counts.stream().map(Arrived::right).toArray());
            set(statement, 6, "bigint", counts.stream().map(Arrived::repaired).toArray());
            set(statement, 7, "bigint", counts.stream().map(Arrived::differing).toArray());
            statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, int index, String type, Object[] values) throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    /** Forgets what is older than {@link #LONGEST_PERIOD}. */
    public static void forgetCounts(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET_COUNTS)) {
            statement.setString(1, migration);
            statement.executeUpdate();
        }
    }

    /** Who wrote in this stage, at most so long ago, rounded up to whole minutes. */
    public static Writers writers(Connection connection, String migration, Duration period) throws SQLException {
        long seconds = Math.min(period.toSeconds(), LONGEST_PERIOD.toSeconds());
        List<Writer> each = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(WRITERS)) {
            statement.setString(1, migration);
            statement.setLong(2, seconds);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    each.add(writer(result));
                }
            }
        }
        long known = each.stream()
                .filter(Writer::isKnown)
                .mapToLong(WriterLedger::rows)
                .sum();
        return new Writers(seconds, each.stream().mapToLong(WriterLedger::rows).sum(), known, each);
    }

    private static Writer writer(ResultSet row) throws SQLException {
        Timestamp lastRepaired = row.getTimestamp("last_repaired_at");
        return new Writer(
                row.getString("application"),
                row.getString("role"),
                row.getLong("arrived_right"),
                row.getLong("repaired"),
                row.getLong("differing"),
                lastRepaired == null ? null : lastRepaired.toInstant());
    }

    private static long rows(Writer writer) {
        return writer.arrivedRight() + writer.repaired() + writer.differing();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
