package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The statements that set a column's default for new rows, and make it as it was. */
public final class Defaults {
    private static final String NOW = """
            SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
              JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
             WHERE d.adrelid = to_regclass(?) AND a.attname = ?
            """;

    /** The newline ends a comment that the expression may end with. */
    private static final String SET = "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT (%s\n)";

    private static final String DROP = "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT";

    private Defaults() {}

    /** Sets it; rows that are there stay as they are. Knows how to make it as it is now. */
    public static SchemaChange setting(Connection connection, TableName table, Column column, String expression)
            throws SQLException {
        String undo = Sql.text(connection, NOW, table.quoted(), column.name())
                .map(before -> SET.formatted(table.quoted(), column.quoted(), before))
                .orElse(DROP.formatted(table.quoted(), column.quoted()));
        return new SchemaChange(
                words(column),
                SET.formatted(table.quoted(), column.quoted(), expression),
                Lock.ACCESS_EXCLUSIVE,
                List.of(table),
                undo);
    }

    /** What that is called. */
    public static String words(Column column) {
        return "setting the default of " + column.name();
    }

    /** Makes it as it was. */
    public static SchemaChange reset(TableName table, Column column, String undo) {
        return new SchemaChange("resetting the default of " + column.name(), undo, Lock.ACCESS_EXCLUSIVE, table);
    }
}
