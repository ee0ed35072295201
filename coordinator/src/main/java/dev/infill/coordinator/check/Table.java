package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A table as the catalog has it.
 *
 * @param kind of relation: r, p, v …
 * @param persistence p, u or t: permanent, unlogged, temporary
 * @param identity d, n, f or i: the replica identity is the default, nothing, full or an index
 * @param attributes columns ever added, the dropped ones too
 * @param rows the planner's estimate, of all partitions together; -1: never analyzed
 */
record Table(TableName name, long oid, String kind, String persistence, String identity, int attributes, double rows) {
    private static final String FIND = """
            SELECT c.oid, c.relkind::text, c.relpersistence::text, c.relreplident::text, c.relnatts,
                   coalesce((SELECT CASE WHEN bool_and(l.reltuples < 0) THEN -1 ELSE sum(greatest(l.reltuples, 0)) END
                               FROM pg_catalog.pg_class l WHERE l.oid IN (""" + Partitions.leavesOf("c.oid") + """
                                   )), 0) AS reltuples
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ?
            """;

    private static final String KEY = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod)
              FROM pg_catalog.pg_index i,
                   unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position),
                   pg_catalog.pg_attribute a
             WHERE i.indrelid = ? AND i.indisprimary AND i.indisvalid AND k.position <= i.indnkeyatts
               AND a.attrelid = i.indrelid AND a.attnum = k.attnum
             ORDER BY k.position
            """;

    static Optional<Table> find(Connection connection, TableName name) throws SQLException {
        return Query.of(connection, FIND, name.schema(), name.name())
                .first(row -> new Table(
                        name,
                        row.getLong("oid"),
                        row.getString("relkind"),
                        row.getString("relpersistence"),
                        row.getString("relreplident"),
                        row.getInt("relnatts"),
                        row.getDouble("reltuples")));
    }

    /** The primary key's columns in index order; none where there is no primary key. */
    List<Column> key(Connection connection) throws SQLException {
        return Query.of(connection, KEY, oid).all(row -> new Column(row.getString(1), row.getString(2)));
    }

    /** Whether its rows lie in partitions. */
    boolean isPartitioned() {
        return kind.equals("p");
    }

    String quoted() {
        return name.quoted();
    }
}
