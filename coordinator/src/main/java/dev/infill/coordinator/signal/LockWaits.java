package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** Sessions of others that wait for a lock of ours. */
final class LockWaits implements Source {
    private static final String WAITING = """
            SELECT count(*)
              FROM (SELECT DISTINCT pid FROM pg_catalog.pg_locks WHERE NOT granted) waiting
              JOIN pg_catalog.pg_stat_activity w USING (pid)
             WHERE coalesce(w.application_name, '') NOT LIKE 'infill%'
               AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity b
                            WHERE b.pid = ANY (pg_blocking_pids(w.pid)) AND b.application_name LIKE 'infill%')
            """;

    @Override
    public Signal signal() {
        return Signal.LOCK_WAITS;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, WAITING, "there is no count");
    }
}
