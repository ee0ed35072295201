package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /**
     * The primary key's index, else the unique one that the change stream takes for the key: the first by name. That must
     * identify every row: no partial one, no expressions, nothing deferred, no NULL.
     */
    private static final String KEY = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod)
              FROM (SELECT i.* FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                     WHERE i.indrelid = ? AND i.indisunique AND i.indisvalid
                     ORDER BY i.indisprimary DESC, i.indisclustered DESC, x.relname COLLATE "C" LIMIT 1) i,
                   unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position),
                   pg_catalog.pg_attribute a
             WHERE k.position <= i.indnkeyatts AND a.attrelid = i.indrelid AND a.attnum = k.attnum
               AND (i.indisprimary OR i.indpred IS NULL AND i.indexprs IS NULL AND i.indimmediate
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute n
                                     WHERE n.attrelid = i.indrelid AND n.attnum = ANY (i.indkey::int2[]) AND NOT n.attnotnull))
             ORDER BY k.position
            """;

    private static final String HAS_PRIMARY_KEY =
            "SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid = ? AND indisprimary AND indisvalid";

    private static final String IDENTITY = """
            SELECT a.attname FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
             WHERE i.indrelid = ? AND i.indisreplident
            """;

    private static final String COLUMNS =
            "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped";

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

    /** The columns of the primary key, else of a unique key, in index order; none where nothing identifies a row. */
    List<Column> key(Connection connection) throws SQLException {
        return Query.of(connection, KEY, oid).all(row -> new Column(row.getString(1), row.getString(2)));
    }

    /** The names of all its columns. */
    List<String> columns(Connection connection) throws SQLException {
        return Query.of(connection, COLUMNS, oid).texts();
    }

    boolean hasPrimaryKey(Connection connection) throws SQLException {
        return !Query.of(connection, HAS_PRIMARY_KEY, oid).texts().isEmpty();
    }

    /** The columns of the index that is its replica identity; none where there is no such index. */
    Set<String> identityColumns(Connection connection) throws SQLException {
        return Set.copyOf(Query.of(connection, IDENTITY, oid).texts());
    }

    /** Whether its rows lie in partitions. */
    boolean isPartitioned() {
        return kind.equals("p");
    }

    String quoted() {
        return name.quoted();
    }
}
