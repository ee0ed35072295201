package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import dev.infill.postgres.Partitions;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/** Dead rows of a table for a hundred live ones, as the server's statistics have them: autovacuum does not keep up. */
final class DeadRows implements Source {
    /** The statistics of a database that was copied or restored begin at nothing; then the planner's estimate has the live ones. */
    private static final String DEAD = """
            SELECT 100.0 * sum(s.n_dead_tup) / greatest(sum(s.n_live_tup), sum(c.reltuples), 1000)
              FROM pg_catalog.pg_stat_all_tables s JOIN pg_catalog.pg_class c ON c.oid = s.relid
             WHERE s.relid IN (""" + Partitions.LEAVES + ")";

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
