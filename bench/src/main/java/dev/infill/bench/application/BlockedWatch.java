package dev.infill.bench.application;

import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks all the time how long statements of the application have been waiting for a lock. */
final class BlockedWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final String LONGEST = """
            SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)) * 1000, 0)
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE NOT l.granted AND a.datname = current_database() AND a.application_name = '%s'""".formatted(Application.NAME);

    private final Loop loop;
    private volatile double longestMillis;

    BlockedWatch(TableCopy copy) throws SQLException {
        this.loop = new Loop("blocked-watch", copy.connect("bench"), this::look);
    }

    private boolean look(Connection connection) throws SQLException {
        LockSupport.parkNanos(PAUSE.toNanos());
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(LONGEST)) {
            result.next();
            longestMillis = Math.max(longestMillis, result.getDouble(1));
        }
        return true;
    }

    double longestMillis() {
        return longestMillis;
    }

    @Override
    public void close() throws SQLException {
        loop.stop();
        loop.close();
    }
}
