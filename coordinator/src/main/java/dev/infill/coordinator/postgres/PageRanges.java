package dev.infill.coordinator.postgres;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Page ranges: cut from statistics, without a look at the table; of a partitioned table, each partition by itself. A row
 * that moves meanwhile was changed by the application, hence captured and repaired, or by us, hence right; so is every row
 * in pages that come later. A table whose file was exchanged (VACUUM FULL, CLUSTER, TRUNCATE) is cut anew.
 *
 * <p>Not so a partition that was attached: its rows came without a change that the log tells of. Its ranges are born
 * {@code overflowed}, as those of a partition whose file was exchanged: to be filled before they are verified. A partition
 * that was detached or dropped takes its ranges with it, and whoever works on them loses the claim.
 */
public final class PageRanges {
    /** From where a leaf's ranges end, or from its first page on, to its last page; at least one range a leaf. */
    private static final String ADD = "WITH leaves AS (" + Partitions.LEAVES + ")" + """
            INSERT INTO infill.range
                   (migration, number, lower_key, upper_key, relation, file_node, planned_rows, state)
            SELECT m.name, s.next_number + row_number() OVER (ORDER BY p.oid, n) - 1,
                   ARRAY['(' || p.done + n * p.step || ',0)'],
                   ARRAY['(' || least(p.done + (n + 1) * p.step, greatest(p.pages, p.done + 1)) || ',0)'],
                   p.oid, pg_catalog.pg_relation_filenode(p.oid), (p.step * p.density)::bigint,
                   CASE WHEN s.next_number = 0 OR p.is_cut THEN 'open' ELSE 'overflowed' END
              FROM infill.migration m,
                   LATERAL (SELECT coalesce(max(r.number) + 1, 0) AS next_number
                              FROM infill.range r WHERE r.migration = m.name) s,
                   LATERAL (SELECT c.oid, d.pages, d.density, greatest(1, (? / d.density)::bigint) AS step,
                                   e.upper_key IS NOT NULL AS is_cut,
                                   coalesce((e.upper_key[1]::point)[0], 0)::bigint AS done
                              FROM leaves JOIN pg_catalog.pg_class c USING (oid)
                              LEFT JOIN (SELECT relation, max(number) AS number FROM infill.range
                                          WHERE migration = ? GROUP BY relation) l ON l.relation = c.oid
                              LEFT JOIN infill.range e ON e.migration = m.name AND e.number = l.number,
                                   LATERAL (SELECT pg_catalog.pg_relation_size(c.oid)
                                                       / pg_catalog.current_setting('block_size')::bigint AS pages,
                                                   CASE WHEN c.relpages > 0 AND c.reltuples > 0
                                                        THEN greatest(c.reltuples / c.relpages, 1) ELSE 50 END AS density) d
                           ) p,
                   LATERAL generate_series(0, greatest((p.pages - p.done - 1) / p.step, 0)) n
             WHERE m.name = ? AND (NOT p.is_cut OR p.pages > p.done)
            """;

    /** Each relation's first range stands for all of them. */
    private static final String ARE_STALE = """
            SELECT EXISTS (SELECT FROM infill.range
                            WHERE migration = ? AND lower_key = ARRAY['(0,0)'] AND file_node IS NOT NULL
                              AND file_node IS DISTINCT FROM pg_catalog.pg_relation_filenode(relation))
            """;

    private static final String ARE_USED =
            "SELECT EXISTS (SELECT FROM infill.range WHERE migration = ? AND file_node IS NOT NULL)";

    private static final String IS_PARTITIONED =
            "SELECT relkind = 'p' FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(?)";

    private static final String HAVE_PARTITIONS_CHANGED = """
            SELECT EXISTS (
                (SELECT oid, pg_catalog.pg_relation_filenode(oid) FROM (""" + Partitions.LEAVES + """
                 ) leaves)
                EXCEPT ALL
                (SELECT relation, file_node FROM infill.range WHERE migration = ? AND lower_key = ARRAY['(0,0)']))
                OR EXISTS (SELECT FROM infill.range WHERE migration = ? AND lower_key = ARRAY['(0,0)']
                              AND relation NOT IN (""" + Partitions.LEAVES + "))";

    /** Suspects and refused rows of a range go with it. */
    private static final String FORGET = "WITH leaves AS (" + Partitions.LEAVES + """
            ), gone AS (
                DELETE FROM infill.range WHERE migration = ?
                   AND (relation NOT IN (SELECT oid FROM leaves)
                        OR file_node IS DISTINCT FROM pg_catalog.pg_relation_filenode(relation))
                RETURNING number
            ), suspects AS (
                DELETE FROM infill.suspect WHERE migration = ? AND range IN (SELECT number FROM gone)
            )
            DELETE FROM infill.rejected WHERE migration = ? AND range IN (SELECT number FROM gone)
            """;

    private PageRanges() {}

    /** Adds ranges for all pages that have none; returns how many. */
    public static int add(Connection connection, Migration migration, long rowsPerRange) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setString(1, migration.table().quoted());
            statement.setString(2, migration.table().quoted());
            statement.setLong(3, rowsPerRange);
            statement.setString(4, migration.name());
            statement.setString(5, migration.name());
            return statement.executeUpdate();
        }
    }

    /** Adds ranges for pages that came since the table was cut; nothing where ranges run over keys. */
    public static void extend(Connection connection, Migration migration) throws SQLException {
        if (Sql.isTrue(connection, ARE_USED, migration.name())) {
            add(connection, migration, RangeCutter.rowsPerRange(RangeCutter.estimatedRows(connection, migration)));
        }
    }

    /** Whether the table has another file than the one that was cut; of a partitioned table, any partition. */
    public static boolean areStale(Connection connection, String migration) throws SQLException {
        return Sql.isTrue(connection, ARE_STALE, migration);
    }

    /** Whether the table is cut by partitions. */
    public static boolean isPartitioned(Connection connection, Migration migration) throws SQLException {
        return Sql.isTrue(connection, IS_PARTITIONED, migration.table().quoted());
    }

    /** Whether partitions came, went, or had their file exchanged since they were cut. */
    public static boolean haveChanged(Connection connection, Migration migration) throws SQLException {
        String table = migration.table().quoted();
        return Sql.isTrue(
                connection, HAVE_PARTITIONS_CHANGED, table, table, migration.name(), migration.name(), table, table);
    }

    /** Forgets the ranges of partitions that went, and adds those of partitions that came. */
    public static void followPartitions(Connection connection, Migration migration) throws SQLException {
        String table = migration.table().quoted();
        String name = migration.name();
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setString(1, table);
            statement.setString(2, table);
            statement.setString(3, name);
            statement.setString(4, name);
            statement.setString(5, name);
            statement.executeUpdate();
        }
        add(connection, migration, RangeCutter.rowsPerRange(RangeCutter.estimatedRows(connection, migration)));
    }
}
