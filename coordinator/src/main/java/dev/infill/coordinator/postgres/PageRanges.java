package dev.infill.coordinator.postgres;

import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Page ranges: cut from statistics, without a look at the table. A row that moves meanwhile was changed by the application,
 * hence captured and repaired, or by us, hence right; so is every row in pages that come later. A table whose file was
 * exchanged (VACUUM FULL, CLUSTER, TRUNCATE) is cut anew.
 */
public final class PageRanges {
    /** From where the ranges end, or from the first page on, to the table's last page; at least one range in all. */
    private static final String ADD = """
            INSERT INTO infill.range
                   (migration, number, lower_key, upper_key, relation, file_node, planned_rows)
            SELECT m.name, s.numbers + n,
                   ARRAY['(' || s.pages + n * p.step || ',0)'],
                   ARRAY['(' || least(s.pages + (n + 1) * p.step, p.pages) || ',0)'],
                   p.oid, pg_catalog.pg_relation_filenode(p.oid), (p.step * p.density)::bigint
              FROM infill.migration m,
                   LATERAL (SELECT c.oid, d.pages, d.density, greatest(1, (? / d.density)::bigint) AS step
                              FROM pg_catalog.pg_class c,
                                   LATERAL (SELECT pg_catalog.pg_relation_size(c.oid)
                                                       / pg_catalog.current_setting('block_size')::bigint AS pages,
                                                   CASE WHEN c.relpages > 0 AND c.reltuples > 0
                                                        THEN greatest(c.reltuples / c.relpages, 1) ELSE 50 END AS density) d
                             WHERE c.oid = pg_catalog.to_regclass(?)) p,
                   LATERAL (SELECT count(*)::int AS numbers,
                                   coalesce(max((r.upper_key[1]::point)[0]), 0)::bigint AS pages
                              FROM infill.range r WHERE r.migration = m.name) s,
                   LATERAL generate_series(0, CASE WHEN s.numbers = 0
                       THEN greatest((p.pages - 1) / p.step, 0) ELSE (p.pages - s.pages - 1) / p.step END) n
             WHERE m.name = ? AND (s.numbers = 0 OR p.pages > s.pages)
            """;

    private static final String ARE_STALE = """
            SELECT EXISTS (SELECT FROM infill.range
                            WHERE migration = ? AND number = 0 AND file_node IS NOT NULL
                              AND file_node IS DISTINCT FROM pg_catalog.pg_relation_filenode(relation))
            """;

    private static final String ARE_USED =
            "SELECT EXISTS (SELECT FROM infill.range WHERE migration = ? AND number = 0 AND file_node IS NOT NULL)";

    private PageRanges() {}

    /** Adds ranges for all pages that have none; returns how many. */
    public static int add(Connection connection, Migration migration, long rowsPerRange) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setLong(1, rowsPerRange);
            statement.setString(2, migration.table().quoted());
            statement.setString(3, migration.name());
            return statement.executeUpdate();
        }
    }

    /** Adds ranges for pages that came since the table was cut; nothing where ranges run over keys. */
    public static void extend(Connection connection, Migration migration) throws SQLException {
        if (Sql.isTrue(connection, ARE_USED, migration.name())) {
            add(connection, migration, RangeCutter.rowsPerRange(RangeCutter.estimatedRows(connection, migration)));
        }
    }

    /** Whether the table has another file than the one that was cut. */
    public static boolean areStale(Connection connection, String migration) throws SQLException {
        return Sql.isTrue(connection, ARE_STALE, migration);
    }
}
