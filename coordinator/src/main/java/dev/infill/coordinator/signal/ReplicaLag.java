package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far the slowest standby is behind in replaying, in seconds; 0 without one. The server's own figure stands still while a
 * standby replays nothing, so it counts too for how long the standby has not come to where the log was when we looked.
 */
final class ReplicaLag implements Source {
    private static final String STANDBYS = """
            SELECT bool_or(r.state IS NULL) AS hidden,
                   coalesce(extract(epoch FROM max(r.replay_lag)), 0)::float8 AS told,
                   pg_wal_lsn_diff(min(r.replay_lsn), '0/0')::bigint AS replayed,
                   pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS written
              FROM pg_catalog.pg_stat_replication r
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                                WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
            """;

    private static final int MOST_MARKS = 3600;
    private static final double NANOS = 1e9;

    /** Where the log was at a moment. */
    private record Mark(long nanos, long written) {}

    private final Deque<Mark> notReplayed = new ArrayDeque<>();

    @Override
    public Signal signal() {
        return Signal.REPLICA_LAG;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STANDBYS);
                ResultSet standbys = statement.executeQuery()) {
            standbys.next();
            if (standbys.getBoolean("hidden")) {
                return new Reading.Unreadable(Numbers.MONITOR);
            }
            long replayed = standbys.getLong("replayed");
            if (standbys.wasNull()) {
                notReplayed.clear();
                return new Reading.Measured(0);
            }
            double stuck = secondsBehind(replayed, standbys.getLong("written"));
            return new Reading.Measured(Math.max(standbys.getDouble("told"), stuck));
        }
    }

    private double secondsBehind(long replayed, long written) {
        long now = System.nanoTime();
        while (!notReplayed.isEmpty() && notReplayed.element().written() <= replayed) {
            notReplayed.remove();
        }
        double seconds =
                notReplayed.isEmpty() ? 0 : (now - notReplayed.element().nanos()) / NANOS;
        if (written > replayed && notReplayed.size() < MOST_MARKS) {
            notReplayed.add(new Mark(now, written));
        }
        return seconds;
    }
}
