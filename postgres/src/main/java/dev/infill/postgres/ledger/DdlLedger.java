package dev.infill.postgres.ledger;

import dev.infill.protocol.status.SchemaChangeReport;
import dev.infill.protocol.status.SchemaStatus;
import dev.infill.protocol.status.SchemaStatus.Running;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was done to the schema, how long it waited, and how long others waited for it. Writes belong inside the fence. */
public final class DdlLedger {
    private static final String WANT = """
            INSERT INTO infill.ddl (migration, what, lock, statement, undo) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (migration, what) WHERE done_at IS NULL DO NOTHING
            """;

    private static final String DONE = """
            UPDATE infill.ddl SET done_at = clock_timestamp(), tries = tries + 1, waits_for = NULL
             WHERE migration = ? AND what = ? AND done_at IS NULL
            """;

    private static final String BEGAN = """
            UPDATE infill.ddl SET began_at = clock_timestamp(), waits_for = ?
             WHERE migration = ? AND what = ? AND done_at IS NULL
            """;

    private static final String ENDED = """
            UPDATE infill.ddl SET done_at = clock_timestamp(), tries = tries + 1
             WHERE migration = ? AND what = ? AND done_at IS NULL
            """;

    private static final String FAILED = """
            UPDATE infill.ddl SET tries = tries + 1, began_at = NULL WHERE migration = ? AND what = ? AND done_at IS NULL
            """;

    private static final String COST = """
            UPDATE infill.ddl
               SET queued_ms = queued_ms + ?, held_ms = held_ms + ?, longest_ms = greatest(longest_ms, ?)
             WHERE id = (SELECT max(id) FROM infill.ddl WHERE migration = ? AND what = ?)
            """;

    private static final String WAITS = """
            UPDATE infill.ddl SET waits_for = ?
             WHERE migration = ? AND what = ? AND done_at IS NULL AND waits_for IS DISTINCT FROM ?
            """;

    /** A long statement whose end nobody saw, because its coordinator died: what it made is there. */
    private static final String CLOSE = """
            UPDATE infill.ddl SET done_at = clock_timestamp() WHERE migration = ? AND began_at IS NOT NULL AND done_at IS NULL
            """;

    private static final String OURS = """
            SELECT EXISTS (SELECT FROM infill.ddl
                            WHERE migration = ? AND what = ? AND (began_at IS NOT NULL OR done_at IS NOT NULL OR tries > 0))
            """;

    private static final String UNDO = """
            SELECT undo FROM infill.ddl WHERE migration = ? AND what = ? AND done_at IS NOT NULL ORDER BY id LIMIT 1
            """;

    private static final String IS_DONE = """
            SELECT EXISTS (SELECT FROM infill.ddl WHERE migration = ? AND what = ? AND done_at IS NOT NULL)
            """;

    private static final String THERE = "SELECT to_regclass('infill.ddl') IS NOT NULL";

    private static final String CHANGES = """
            SELECT what, lock, tries, queued_ms, held_ms, longest_ms, waits_for, done_at IS NOT NULL AS done,
                   extract(epoch FROM coalesce(done_at, clock_timestamp()) - wanted_at)::float8 AS waited
              FROM infill.ddl WHERE migration = ? ORDER BY id
            """;

    /** Of a build PostgreSQL tells phase and progress, of a validation nothing. */
    private static final String RUNNING = """
            SELECT d.what, extract(epoch FROM clock_timestamp() - d.began_at)::float8 AS seconds, p.phase,
                   CASE WHEN p.current_locker_pid > 0 OR p.phase LIKE 'waiting%' THEN p.lockers_done
                        WHEN p.blocks_total > 0 THEN p.blocks_done ELSE p.tuples_done END AS done,
                   CASE WHEN p.current_locker_pid > 0 OR p.phase LIKE 'waiting%' THEN p.lockers_total
                        WHEN p.blocks_total > 0 THEN p.blocks_total ELSE p.tuples_total END AS total,
                   CASE WHEN p.current_locker_pid > 0 OR p.phase LIKE 'waiting%' THEN 'transaction'
                        WHEN p.blocks_total > 0 THEN 'block' ELSE 'row' END AS unit,
                   (SELECT format('pid %s (%s), %s since %s UTC', a.pid, coalesce(nullif(a.application_name, ''), a.backend_type),
                                  coalesce(a.state, 'state unknown'),
                                  to_char(a.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS'))
                      FROM pg_catalog.pg_stat_activity a WHERE a.pid = p.current_locker_pid) AS waits_for
              FROM infill.ddl d JOIN infill.migration m ON m.name = d.migration
              LEFT JOIN pg_catalog.pg_stat_progress_create_index p
                     ON d.statement LIKE '%INDEX%' AND p.datname = current_database()
                    AND (p.relid = to_regclass(format('%I.%I', m.definition->'table'->>'schema', m.definition->'table'->>'name'))
                         OR p.relid IN (SELECT x.relid FROM pg_catalog.pg_partition_tree(to_regclass(
                             format('%I.%I', m.definition->'table'->>'schema', m.definition->'table'->>'name'))) x))
             WHERE d.migration = ? AND d.began_at IS NOT NULL AND d.done_at IS NULL
             ORDER BY d.id DESC LIMIT 1
            """;

    private DdlLedger() {}

    /**
     * A statement as the ledger knows it.
     *
     * @param undo the statement that makes it as it was; null where dropping what was made is enough
     */
    public record Entry(
            String migration,
            String what,
            String lock,
            String statement,
            @Nullable String undo) {}

    /**
     * What a try cost.
     *
     * @param longestMillis the longest that it can have made anybody wait
     */
    public record Cost(double queuedMillis, double heldMillis, double longestMillis) {
        /** Nobody waited. */
        public static final Cost NONE = new Cost(0, 0, 0);
    }

    /** Notes that the statement is wanted from now on, unless that is known. */
    public static void want(Connection connection, Entry entry) throws SQLException {
        update(connection, WANT, entry.migration(), entry.what(), entry.lock(), entry.statement(), entry.undo());
    }

    /** Notes that it is done; in the transaction that does it, and before its lock is asked for. */
    public static void done(Connection connection, Entry entry) throws SQLException {
        want(connection, entry);
        update(connection, DONE, entry.migration(), entry.what());
    }

    /** Notes that a long statement begins, and beside whom it does. */
    public static void began(Connection connection, Entry entry, @Nullable String beside) throws SQLException {
        want(connection, entry);
        update(connection, BEGAN, beside, entry.migration(), entry.what());
    }

    /** Notes that a long statement has ended well. */
    public static void ended(Connection connection, Entry entry, Cost cost) throws SQLException {
        cost(connection, entry, cost);
        update(connection, ENDED, entry.migration(), entry.what());
    }

    /** Notes a try that failed. */
    public static void failed(Connection connection, Entry entry, Cost cost) throws SQLException {
        want(connection, entry);
        cost(connection, entry, cost);
        update(connection, FAILED, entry.migration(), entry.what());
    }

    /** Adds what a try cost. */
    public static void cost(Connection connection, Entry entry, Cost cost) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COST)) {
            statement.setDouble(1, cost.queuedMillis());
            statement.setDouble(2, cost.heldMillis());
            statement.setDouble(3, cost.longestMillis());
            statement.setString(4, entry.migration());
            statement.setString(5, entry.what());
            statement.executeUpdate();
        }
    }

    /** Says whom it waits for. */
    public static void waits(Connection connection, Entry entry, String whom) throws SQLException {
        want(connection, entry);
        update(connection, WAITS, whom, entry.migration(), entry.what(), whom);
    }

    /** Closes what began and whose end nobody saw; for a stage that has seen that everything is there. */
    public static void close(Connection connection, String migration) throws SQLException {
        update(connection, CLOSE, migration);
    }

    /** Whether this migration began it: only what is ours is undone. */
    public static boolean isOurs(Connection connection, String migration, String what) throws SQLException {
        return isTrue(connection, OURS, migration, what);
    }

    /** Whether this migration has done it. */
    public static boolean isDone(Connection connection, String migration, String what) throws SQLException {
        return isTrue(connection, IS_DONE, migration, what);
    }

    /** The statement that makes it as it was before this migration first did it; empty where it was not done. */
    public static Optional<String> undo(Connection connection, String migration, String what) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNDO)) {
            statement.setString(1, migration);
            statement.setString(2, what);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
            }
        }
    }

    /** All statements of a migration, in the order in which they were wanted. */
    public static List<SchemaChangeReport> changes(Connection connection, String migration) throws SQLException {
        List<SchemaChangeReport> changes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CHANGES)) {
            statement.setString(1, migration);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    changes.add(new SchemaChangeReport(
                            row.getString("what"),
                            row.getString("lock"),
                            row.getInt("tries"),
                            row.getDouble("waited"),
                            row.getDouble("queued_ms"),
                            row.getDouble("held_ms"),
                            row.getDouble("longest_ms"),
                            row.getBoolean("done"),
                            row.getString("waits_for")));
                }
            }
        }
        return changes;
    }

    /** The same, and how far a long one is that runs now; for a ledger of an older version too. */
    public static SchemaStatus status(Connection connection, String migration) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet there = statement.executeQuery(THERE)) {
            there.next();
            if (!there.getBoolean(1)) {
                return SchemaStatus.NONE;
            }
        }
        return new SchemaStatus(changes(connection, migration), running(connection, migration));
    }

    private static @Nullable Running running(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RUNNING)) {
            statement.setString(1, migration);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Running(
                                row.getString("what"),
                                row.getDouble("seconds"),
                                row.getString("phase"),
                                row.getLong("done"),
                                row.getLong("total"),
                                row.getString("unit"),
                                row.getString("waits_for"))
                        : null;
            }
        }
    }

    private static boolean isTrue(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    private static void update(Connection connection, String sql, @Nullable String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
