package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** The most WAL that any slot makes the server keep, in bytes: it is the whole server's disk that fills. */
final class RetainedWal implements Source {
    private static final String RETAINED = """
            SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)
              FROM pg_catalog.pg_replication_slots
            """;

    @Override
    public Signal signal() {
        return Signal.RETAINED_WAL;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, RETAINED, "the slots have no position");
    }
}
