package dev.infill.coordinator.ddl;

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
 * Whom an index build would wait for in the end: whoever has an older snapshot in this database, our own sessions too, and a
 * prepared transaction that has written the table. Vacuums are left out by the server itself.
 */
final class OldSnapshots {
    private static final String WHO = """
            SELECT s.who
              FROM (SELECT a.xact_start AS since,
                           format('pid %s (%s), %s since %s UTC', a.pid, coalesce(nullif(a.application_name, ''), a.backend_type),
                                  coalesce(a.state, 'state unknown'),
                                  coalesce(to_char(a.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS'), '?')) AS who
                      FROM pg_catalog.pg_stat_activity a
                     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
                       AND a.backend_type <> 'autovacuum worker'
                       AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
                       AND coalesce(a.xact_start, a.backend_start) < clock_timestamp() - ? * interval '1 millisecond'
                     UNION ALL
                    SELECT p.prepared, format('prepared transaction %L since %s UTC', p.gid,
                                              to_char(p.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
                      FROM pg_catalog.pg_prepared_xacts p
                     WHERE p.database = current_database()
                       AND EXISTS (SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_locks t
                                       ON t.virtualtransaction = l.virtualtransaction AND t.pid IS NULL
                                    WHERE t.locktype = 'transactionid' AND t.transactionid = p.transaction
                                      AND l.pid IS NULL AND l.locktype = 'relation' AND l.relation = to_regclass(?))
                     UNION ALL
                    SELECT NULL, format('slot %s, which keeps a snapshot for others', r.slot_name)
                      FROM pg_catalog.pg_replication_slots r
                     WHERE r.database = current_database() AND r.xmin IS NOT NULL) s
             ORDER BY s.since NULLS LAST
            """;

    private OldSnapshots() {}

    /** Whoever has had a snapshot for longer than that; empty: nobody. */
    static Optional<String> olderThan(Connection connection, TableName table, Duration age) throws SQLException {
        List<String> who = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(WHO)) {
            statement.setLong(1, age.toMillis());
            statement.setString(2, table.quoted());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    who.add(result.getString(1));
                }
            }
        }
        return Obstacles.words(who);
    }
}
