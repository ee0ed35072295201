package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * For how many seconds somebody else keeps dead rows from being pruned: an open transaction, a prepared one, a standby's
 * feedback, a slot. The last two have no age, so it counts from when they were first seen where they stand.
 */
final class OldestSnapshot implements Source {
    private static final String HOLDERS = """
            SELECT 'session ' || pid, coalesce(backend_xmin, backend_xid)::text,
                   CASE WHEN query = '<insufficient privilege>' THEN 'NaN'
                        WHEN backend_type = 'walsender' THEN NULL
                        ELSE extract(epoch FROM clock_timestamp() - xact_start) END::float8
              FROM pg_catalog.pg_stat_activity
             WHERE pid <> pg_backend_pid()
               AND coalesce(application_name, '') NOT LIKE 'infill%'
               AND (datname = current_database() AND backend_type IS DISTINCT FROM 'autovacuum worker'
                    OR backend_type = 'walsender')
               AND (query = '<insufficient privilege>' OR coalesce(backend_xmin, backend_xid) IS NOT NULL)
            UNION ALL
            SELECT 'prepared ' || gid, transaction::text, extract(epoch FROM clock_timestamp() - prepared)::float8
              FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()
            UNION ALL
            SELECT 'slot ' || slot_name, xmin::text, NULL
              FROM pg_catalog.pg_replication_slots WHERE xmin IS NOT NULL
            """;

    private record Seen(String xmin, long sinceNanos) {}

    private Map<String, Seen> seen = Map.of();

    @Override
    public Signal signal() {
        return Signal.OLDEST_SNAPSHOT;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        long now = System.nanoTime();
        Map<String, Seen> standing = new HashMap<>();
        double oldest = 0;
        try (PreparedStatement statement = connection.prepareStatement(HOLDERS);
                ResultSet holders = statement.executeQuery()) {
            while (holders.next()) {
                double age = holders.getDouble(3);
                if (holders.wasNull()) {
                    Seen since = since(holders.getString(1), holders.getString(2), now);
                    standing.put(holders.getString(1), since);
                    age = (now - since.sinceNanos()) / 1e9;
                }
                if (Double.isNaN(age)) {
                    return new Reading.Unreadable(Numbers.MONITOR);
                }
                oldest = Math.max(oldest, age);
            }
        }
        seen = standing;
        return new Reading.Measured(oldest);
    }

    private Seen since(String holder, String xmin, long now) {
        Seen before = seen.get(holder);
        return before != null && before.xmin().equals(xmin) ? before : new Seen(xmin, now);
    }
}
