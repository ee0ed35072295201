package dev.infill.coordinator.check;

import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.OperatorLedger;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What is special about the table: how it is stored, what identifies its rows in the log, what fires when it is written. */
final class ShapeCheck {
    private static final int MAX_COLUMNS = 1600;
    private static final int MANY_COLUMNS = 1500;

    private static final String SPECIAL = """
            SELECT CASE WHEN c.reloftype <> 0 THEN 'is a table of a composite type'
                        WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid AND c.relkind <> 'p')
                        THEN 'has children'
                        WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid AND NOT c.relispartition)
                        THEN 'has a parent'
                   END
              FROM pg_catalog.pg_class c WHERE c.oid = ?
            """;

    private static final String PARTITION_OF = """
            SELECT h.inhparent::regclass FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
             WHERE c.oid = ? AND c.relispartition
            """;

    private static final String RULES = """
            SELECT rulename FROM pg_catalog.pg_rewrite WHERE ev_class = ? AND ev_type = '2' AND ev_enabled IN ('O', 'A')
             ORDER BY 1
            """;

    private static final String DEFERRABLE_KEY = """
            SELECT indexrelid::regclass FROM pg_catalog.pg_index WHERE indrelid = ? AND indisprimary AND NOT indimmediate
            """;

    private final Specification specification;
    private final Table table;
    private final Findings findings;

    ShapeCheck(Specification specification, Table table, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.findings = findings;
    }

    void look(Connection connection) throws SQLException {
        new PartitionCheck(table, specification.foreignKey().isPresent(), findings).look(connection);
        judgeStorage(connection);
        judgeIdentity(connection);
        judgeWrites(connection);
        judgeColumns();
        judgeOthers(connection);
    }

    private void judgeStorage(Connection connection) throws SQLException {
        if (!table.persistence().equals("p")) {
            findings.block(
                    "not-logged",
                    table.name() + " is " + (table.persistence().equals("u") ? "unlogged" : "temporary"),
                    "changes of the application are read from the log, where this table's are not",
                    table.persistence().equals("u") ? "make it logged, which rewrites it" : "name another table",
                    table.persistence().equals("u")
                            ? Remedies.statement("ALTER TABLE " + table.quoted() + " SET LOGGED")
                            : null);
        }
        for (String parent : Query.of(connection, PARTITION_OF, table.oid()).texts()) {
            findings.block(
                    "is-a-partition",
                    table.name() + " is a partition of " + parent,
                    "a column of a partitioned table is the same in all partitions",
                    "name " + parent);
        }
        Query.of(connection, SPECIAL, table.oid())
                .first(row -> Optional.ofNullable(row.getString(1)))
                .flatMap(special -> special)
                .ifPresent(special -> findings.block(
                        "inheritance",
                        table.name() + " " + special,
                        "its columns and rows are not its own alone",
                        "for now, plain and partitioned tables only"));
    }

    /** Of a partitioned table, the partitions' identities count, not its own. */
    private void judgeIdentity(Connection connection) throws SQLException {
        if (table.isPartitioned()) {
            judgeKey(connection);
            return;
        }
        switch (table.identity()) {
            case "n" ->
                findings.block(
                        "replica-identity-nothing",
                        table.name() + " has REPLICA IDENTITY NOTHING",
                        "once the table is published, the application's own UPDATE and DELETE would fail",
                        "let the primary key be the identity",
                        Remedies.statement("ALTER TABLE " + table.quoted() + " REPLICA IDENTITY DEFAULT"));
            case "f" ->
                findings.info(
                        "replica-identity-full",
                        table.name() + " has REPLICA IDENTITY FULL",
                        "its changes come with all columns; the bridge drops everything but the key",
                        "nothing; the primary key as identity would spare WAL, if nobody else needs the old rows",
                        Remedies.statement("ALTER TABLE " + table.quoted() + " REPLICA IDENTITY DEFAULT"));
            case "i" ->
                findings.info(
                        "replica-identity-index",
                        table.name() + " has another index than its primary key as its replica identity",
                        "its changes come with the columns of that index; the bridge drops everything but the key",
                        "nothing");
            default -> judgeKey(connection);
        }
    }

    private void judgeKey(Connection connection) throws SQLException {
        for (String key : Query.of(connection, DEFERRABLE_KEY, table.oid()).texts()) {
            findings.block(
                    "primary-key-deferrable",
                    "the primary key " + key + " is deferrable",
                    "a deferrable key identifies no rows in the log: once the table is published, the application's own"
                            + " UPDATE and DELETE would fail",
                    "make the primary key NOT DEFERRABLE, or let another unique index be the identity");
        }
    }

    private void judgeWrites(Connection connection) throws SQLException {
        List<String> rules = Query.of(connection, RULES, table.oid()).texts();
        if (!rules.isEmpty()) {
            findings.block(
                    "rules",
                    table.name() + " has rules for UPDATE: " + String.join(", ", rules),
                    "they would turn the fill into something else",
                    "drop them, or put triggers in their place",
                    Remedies.each(rules.stream().map(Remedies::name).toList(), "DROP RULE ", " ON " + table.quoted()));
        }
    }

    private void judgeColumns() {
        int left = MAX_COLUMNS - table.attributes();
        if (left <= 0) {
            findings.block(
                    "too-many-columns",
                    table.name() + " had " + table.attributes() + " columns, the dropped ones included",
                    "PostgreSQL allows " + MAX_COLUMNS,
                    "the table must be rewritten into a new one");
        } else if (table.attributes() > MANY_COLUMNS) {
            findings.warn(
                    "many-columns",
                    table.name() + " had " + table.attributes() + " columns, the dropped ones included",
                    "PostgreSQL allows " + MAX_COLUMNS + ", and dropped ones count for ever",
                    "plan to rewrite the table");
        }
    }

    private void judgeOthers(Connection connection) throws SQLException {
        if (LedgerSchema.exists(connection)) {
            OperatorLedger.otherOnTable(
                            connection, table.name().schema(), table.name().name(), specification.migration())
                    .ifPresent(other -> findings.block(
                            "table-taken",
                            "migration '" + other + "' is on " + table.name() + " already",
                            "two migrations of one table would fill the same rows at the same time",
                            "wait until it is over, or cancel it"));
        }
    }
}
