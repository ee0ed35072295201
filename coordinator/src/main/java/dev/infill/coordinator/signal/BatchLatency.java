package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** How long the longest transaction of a worker runs now, in milliseconds, by the server's clock. */
final class BatchLatency implements Source {
    private static final String RUNNING = """
            SELECT CASE WHEN bool_or(query = '<insufficient privilege>') THEN NULL
                        ELSE coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0) * 1000 END
              FROM pg_catalog.pg_stat_activity
             WHERE application_name LIKE 'infill worker%' AND datname = current_database()
            """;

    @Override
    public Signal signal() {
        return Signal.BATCH;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, RUNNING, Numbers.MONITOR);
    }
}
