package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import dev.infill.postgres.Partitions;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/** Dead rows of a table for a hundred live ones, as the server's statistics have them: autovacuum does not keep up. */
final class DeadRows implements Source {
    private static final String DEAD = "SELECT 100.0 * sum(s.n_dead_tup) / greatest(sum(s.n_live_tup), 1000)"
            + " FROM pg_catalog.pg_stat_all_tables s WHERE s.relid IN (" + Partitions.LEAVES + ")";

    private final TableName table;

    DeadRows(TableName table) {
        this.table = table;
    }

    @Override
    public Signal signal() {
        return Signal.DEAD_ROWS;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, DEAD, "there are no statistics of " + table, table.quoted(), table.quoted());
    }
}
