package dev.infill.coordinator.check;

import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import dev.infill.specification.Levenshtein;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the table is one that Infill can fill. */
final class TableCheck {
    private static final String TABLES = """
            SELECT n.nspname || '.' || c.relname
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'infill')
             ORDER BY 1
             LIMIT 5000
            """;

    private static final Set<String> SYSTEM_SCHEMAS = Set.of("pg_catalog", "information_schema", "pg_toast", "infill");

    private TableCheck() {}

    /** The table, if it is there and has rows of its own or in partitions. */
    static Optional<Table> find(Connection connection, Specification specification, Findings findings)
            throws SQLException {
        if (SYSTEM_SCHEMAS.contains(specification.table().schema())) {
            findings.block(
                    "system-table",
                    specification.table() + " is a system table",
                    "Infill is for tables of applications",
                    "name another table");
            return Optional.empty();
        }
        Optional<Table> table = Table.find(connection, specification.table());
        if (table.isEmpty()) {
            findings.block(
                    "table-not-found",
                    "there is no table " + specification.table() + " in database " + specification.database(),
                    "names without double quotes are folded to lower case, and a table without a schema is in public",
                    near(connection, specification)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("name an existing table"));
            return Optional.empty();
        }
        String kind = kind(table.get().kind());
        if (!kind.isEmpty()) {
            refuse(specification.table(), kind, findings);
            return Optional.empty();
        }
        return table;
    }

    private static void refuse(TableName table, String kind, Findings findings) {
        findings.block(
                kind.equals("a foreign table") ? "foreign-table" : "not-a-table",
                table + " is " + kind,
                "its rows are not stored here, so that they can be neither filled nor captured",
                "name the table behind it");
    }

    /** The table whose name is nearest; in another schema if it is there under the very name. */
    private static Optional<String> near(Connection connection, Specification specification) throws SQLException {
        List<String> tables = Query.of(connection, TABLES).texts();
        return Levenshtein.nearest(specification.table().toString(), tables)
                .or(() -> tables.stream()
                        .filter(table ->
                                table.endsWith("." + specification.table().name()))
                        .findFirst());
    }

    private static String kind(String relkind) {
        return switch (relkind) {
            case "r", "p" -> "";
            case "v" -> "a view";
            case "m" -> "a materialized view";
            case "f" -> "a foreign table";
            default -> "not a table (relkind " + relkind + ")";
        };
    }

    /** The columns of the primary key, or of a unique key that serves as well. */
    static List<Column> key(Connection connection, Table table, Findings findings) throws SQLException {
        List<Column> key = table.key(connection);
        if (key.isEmpty()) {
            String pkey = Remedies.name("infill_new_key");
            findings.block(
                    "no-primary-key",
                    table.name() + " has no primary key, and no unique one that identifies every row",
                    "rows are repaired and verified by their key; an index serves if it is unique, over NOT NULL columns,"
                            + " without expressions and WHERE, and the first unique one by name",
                    "add one over columns that are unique and never null",
                    "CREATE UNIQUE INDEX CONCURRENTLY " + pkey + " ON " + table.quoted() + " (…);\n" + "ALTER TABLE "
                            + table.quoted() + " ADD PRIMARY KEY USING INDEX " + pkey + ";");
        }
        if (!key.isEmpty() && !table.hasPrimaryKey(connection)) {
            judgeUniqueKey(connection, table, key, findings);
        }
        return key;
    }

    /** Without a primary key the log says which row an UPDATE or DELETE met only if the table names an index for that. */
    private static void judgeUniqueKey(Connection connection, Table table, List<Column> key, Findings findings)
            throws SQLException {
        List<String> names = key.stream().map(Column::name).toList();
        boolean isIdentity = table.identityColumns(connection).equals(Set.copyOf(names));
        if (table.isPartitioned()) {
            findings.block(
                    "no-primary-key",
                    table.name() + " is partitioned and has no primary key",
                    "each partition would need a replica identity of its own",
                    "add a primary key to the partitioned table");
        } else if (table.identity().equals("f") || isIdentity) {
            findings.info(
                    "unique-key",
                    table.name() + " has no primary key; rows go by its unique key over " + String.join(", ", names),
                    "it identifies every row as well",
                    "keep that index, under its name, until the migration is complete");
        } else {
            findings.block(
                    "no-replica-identity",
                    table.name() + " has no primary key, and its unique key over " + String.join(", ", names)
                            + " is not its replica identity",
                    "once the table is published, the application's own UPDATE and DELETE would fail",
                    "make that index the replica identity, which takes a moment's lock",
                    "ALTER TABLE " + table.quoted() + " REPLICA IDENTITY USING INDEX …;");
        }
    }
}
