package dev.infill.bench.measure;

import dev.infill.bench.measure.Measurement.Rows;
import dev.infill.bench.measure.Measurement.Sizes;
import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What PostgreSQL knows of the table. */
public final class TableFacts {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String SIZES = """
            SELECT pg_table_size('public.orders') AS heap, pg_indexes_size('public.orders') AS indexes""";

    // A session hands its counts over when it ends at the latest.
    private static final String OTHERS = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
              AND application_name <> '%s'""".formatted(Meter.NAME);

    private static final String ROWS = """
            SELECT (SELECT n_tup_upd FROM pg_stat_user_tables WHERE relid = 'public.orders'::regclass) AS updated,
                   (SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'public.orders'::regclass) AS hot,
                   (SELECT dead_tuple_count FROM public.pgstattuple('public.orders')) AS dead,
                   count(*) AS live, count(*) FILTER (WHERE %s IS DISTINCT FROM %s) AS wrong
            FROM public.orders""".formatted(TableCopy.COLUMN, TableCopy.EXPRESSION);

    private TableFacts() {}

    /** How big it is. */
    public static Sizes sizes(TableCopy copy) throws SQLException {
        try (Connection connection = copy.connect("bench");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SIZES)) {
            result.next();
            return new Sizes(result.getLong("heap"), result.getLong("indexes"));
        }
    }

    /** What became of its rows, once every other session has ended. */
    public static Rows rows(TableCopy copy) throws SQLException {
        try (Connection connection = copy.connect("bench");
                Statement statement = connection.createStatement()) {
            awaitOthers(statement);
            try (ResultSet result = statement.executeQuery(ROWS)) {
                result.next();
                return new Rows(
                        result.getLong("live"),
                        result.getLong("updated"),
                        result.getLong("hot"),
                        result.getLong("dead"),
                        result.getLong("wrong"));
            }
        }
    }

    private static void awaitOthers(Statement statement) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (others(statement) > 0) {
            if (System.nanoTime() > deadline) {
                throw new SQLException("somebody is still connected " + PATIENCE.toSeconds()
                        + " s after the run, so that its counts can't be read");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static long others(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(OTHERS)) {
            result.next();
            return result.getLong(1);
        }
    }
}
