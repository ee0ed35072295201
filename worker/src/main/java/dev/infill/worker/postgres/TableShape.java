package dev.infill.worker.postgres;

import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.worker.range.Stripes.Shape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads from the catalog how full a table's pages are, and whether an index has one of the columns. */
final class TableShape {
    /** A summarizing index (BRIN) does not keep a version from being heap-only, from version 16 on. */
    private static final String READ = """
            SELECT CASE WHEN c.relpages > 0 AND c.reltuples > 0 THEN c.reltuples / c.relpages ELSE 0 END,
                   coalesce((SELECT o.option_value::int FROM pg_catalog.pg_options_to_table(c.reloptions) o
                              WHERE o.option_name = 'fillfactor'), 100),
                   EXISTS (SELECT FROM pg_catalog.pg_depend d
                             JOIN pg_catalog.pg_class i ON i.oid = d.objid AND i.relkind IN ('i', 'I')
                             JOIN pg_catalog.pg_am m ON m.oid = i.relam AND m.amname <> 'brin'
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
                            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid
                              AND d.refobjid = c.oid AND a.attname = ANY (?))
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ?
            """;

    /** Of a table that was never analyzed; what a region shows corrects it. */
    private static final Shape UNKNOWN = new Shape(50, 100, false);

    private TableShape() {}

    /**
     * The shape of the table, or of a partition of it.
     *
     * @param part the partition; null: the table
     */
    static Shape read(Connection connection, Migration migration, @Nullable TableName part) throws SQLException {
        TableName relation = part == null ? migration.table() : part;
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            migration.columns().stream().map(Column::name).toArray()));
            statement.setString(2, relation.schema());
            statement.setString(3, relation.name());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return UNKNOWN;
                }
                double rows = result.getDouble(1);
                return new Shape(rows > 0 ? rows : UNKNOWN.rowsPerPage(), result.getInt(2), result.getBoolean(3));
            }
        }
    }
}
