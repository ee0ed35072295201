package dev.infill.coordinator.ddl;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who would have to let go of a table first. Transactions that are young are no obstacle, because a busy table always has some
 * and they end in time; that they don't is what the lock timeout is for. Names who, and never what they run.
 */
final class Obstacles {
    /**
     * A prepared transaction has no process; {@code pg_locks} has its locks beside the one on its own id. An autovacuum gives way to whoever waits for
     * the table, unless it prevents wraparound.
     */
    private static final String WHO = """
            SELECT format('%s which %s %s', w.who, CASE WHEN w.granted THEN 'holds' ELSE 'waits for' END, w.relation)
              FROM (SELECT l.granted, c.oid::regclass::text AS relation, coalesce(a.xact_start, p.prepared) AS since,
                           CASE WHEN p.gid IS NOT NULL
                                THEN format('prepared transaction %L since %s UTC,', p.gid,
                                            to_char(p.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
                                WHEN a.backend_type = 'autovacuum worker'
                                THEN format('autovacuum%s, pid %s since %s UTC,', CASE WHEN v.forced THEN ' against wraparound' END,
                                            l.pid, to_char(a.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS'))
                                ELSE format('pid %s (%s), %s since %s UTC,', l.pid,
                                            coalesce(nullif(a.application_name, ''), 'no application name'),
                                            coalesce(a.state, 'state unknown'),
                                            coalesce(to_char(a.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS'), '?'))
                           END AS who
                      FROM pg_catalog.pg_locks l
                      JOIN pg_catalog.pg_class c ON c.oid = l.relation
                      LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                      LEFT JOIN (SELECT t.virtualtransaction, x.gid, x.prepared
                                   FROM pg_catalog.pg_prepared_xacts x
                                   JOIN pg_catalog.pg_locks t ON t.locktype = 'transactionid' AND t.pid IS NULL
                                                             AND t.granted AND t.transactionid = x.transaction) p
                             ON l.pid IS NULL AND l.virtualtransaction = p.virtualtransaction,
                      LATERAL (SELECT a.query LIKE '%(to prevent wraparound)%'
                                      OR age(c.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::int AS forced) v
                     WHERE l.locktype = 'relation'
                       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
                       AND l.relation IN (SELECT to_regclass(t)::oid FROM unnest(?::text[]) t UNION ALL
                                          SELECT x.relid::oid FROM unnest(?::text[]) t, pg_partition_tree(to_regclass(t)) x)
                       AND l.mode = ANY (?::text[]) AND l.pid IS DISTINCT FROM pg_backend_pid()
                       AND (NOT l.granted OR p.gid IS NOT NULL
                            OR CASE WHEN a.backend_type = 'autovacuum worker' THEN v.forced OR NOT ?
                                    ELSE a.xact_start < clock_timestamp() - ? * interval '1 millisecond' END)) w
             GROUP BY w.who, w.granted, w.relation
             ORDER BY bool_or(w.granted) DESC, min(w.since)
            """;

    private Obstacles() {}

    /**
     * Who is in the way of a change, in words; empty: nobody that can be seen.
     *
     * @param vacuumYields whether an autovacuum is sent away by our waiting
     * @param young how old a transaction may be that is taken for one that ends in time
     */
    static Optional<String> of(Connection connection, SchemaChange change, boolean vacuumYields, Duration young)
            throws SQLException {
        if (change.lock().conflicts().isEmpty()) {
            return Optional.empty();
        }
        List<String> who = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(WHO)) {
            List<String> tables =
                    change.tables().stream().map(TableName::quoted).toList();
            statement.setArray(1, array(connection, tables));
            statement.setArray(2, array(connection, tables));
            statement.setArray(3, array(connection, change.lock().conflicts()));
            statement.setBoolean(4, vacuumYields);
            statement.setLong(5, young.toMillis());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    who.add(result.getString(1));
                }
            }
        }
        return words(who);
    }

    /** The first, and how many more there are. */
    static Optional<String> words(List<String> who) {
        if (who.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(who.get(0) + (who.size() == 1 ? "" : ", and " + (who.size() - 1) + " more"));
    }

    private static java.sql.Array array(Connection connection, List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray(String[]::new));
    }
}
