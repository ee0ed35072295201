package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** How far the slowest standby is behind in replaying, in seconds; 0 without one. The logical readers are none. */
final class ReplicaLag implements Source {
    private static final String LAG = """
            SELECT CASE WHEN bool_or(r.state IS NULL) THEN NULL
                        ELSE coalesce(extract(epoch FROM max(r.replay_lag)), 0) END
              FROM pg_catalog.pg_stat_replication r
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                                WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
            """;

    @Override
    public Signal signal() {
        return Signal.REPLICA_LAG;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, LAG, Numbers.MONITOR);
    }
}
