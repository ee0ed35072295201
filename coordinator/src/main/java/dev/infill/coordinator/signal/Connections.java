package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** How many of a hundred connections that the server has for ordinary roles are taken. */
final class Connections implements Source {
    private static final String TAKEN = """
            SELECT 100.0 * (SELECT sum(numbackends) FROM pg_catalog.pg_stat_database)
                       / (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
            """;

    @Override
    public Signal signal() {
        return Signal.CONNECTIONS;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, TAKEN, "the server does not count its sessions");
    }
}
