package dev.infill.coordinator.check;

import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether the column can be added, or is there already and may be adopted. */
final class ColumnCheck {
    private static final String EXISTING = """
            SELECT format_type(a.atttypid, a.atttypmod) AS type,
                   CASE WHEN a.attnum < 0 THEN 'a system column' WHEN a.attgenerated <> '' THEN 'a generated column'
                        WHEN a.attidentity <> '' THEN 'an identity column'
                        WHEN EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary
                                                                         AND a.attnum = ANY (i.indkey::int2[]))
                        THEN 'part of the primary key' ELSE '' END AS special
              FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = ? AND a.attname = ? AND NOT a.attisdropped
            """;

    private static final String INDEXES = """
            SELECT i.indexrelid::regclass::text
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
             WHERE i.indrelid = ? AND a.attname = ? AND NOT i.indisprimary
             ORDER BY 1
            """;

    /** A domain with a constraint makes ADD COLUMN rewrite or scan the table under a lock that nobody may pass. */
    private static final String CONSTRAINED_DOMAIN = """
            WITH RECURSIVE domain AS (
                SELECT t.* FROM pg_catalog.pg_type t WHERE t.oid = to_regtype(?) AND t.typtype = 'd'
                 UNION ALL
                SELECT b.* FROM domain d JOIN pg_catalog.pg_type b ON b.oid = d.typbasetype AND b.typtype = 'd')
            SELECT d.typname FROM domain d
             WHERE d.typnotnull OR d.typdefault IS NOT NULL
                OR EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.contypid = d.oid)
            """;

    /** A default that reads the clock, a sequence or settings: the functions that it calls are in the text of its tree. */
    private static final String DEFAULT = """
            SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
              JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
             WHERE d.adrelid = ? AND a.attname = ? AND a.attgenerated = ''
               AND (d.adbin::text LIKE '%{SQLVALUEFUNCTION%' OR d.adbin::text LIKE '%{NEXTVALUEEXPR%'
                    OR EXISTS (SELECT FROM pg_catalog.pg_proc p
                                WHERE p.provolatile <> 'i'
                                  AND p.oid IN (SELECT (regexp_matches(d.adbin::text, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid)))
            """;

    private static final String OWN =
            "SELECT name FROM infill.migration WHERE name = ? AND memo->>'columnCreated' = 'true'";

    private ColumnCheck() {}

    /** @param special what it is beside a column like others; empty: nothing */
    private record Existing(String type, String special) {}

    /** The column with its type as the server prints it. */
    static Optional<Column> column(Connection connection, Specification specification, Table table, Findings findings)
            throws SQLException {
        String written = specification.column().type();
        Optional<String> type = TypeProbe.type(connection, written, findings);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String name = specification.column().name();
        String words = table.name() + "." + name;
        for (String domain : Query.of(connection, CONSTRAINED_DOMAIN, written).texts()) {
            findings.block(
                    "type-is-constrained-domain",
                    "the type " + domain + " is a domain with a constraint or a default",
                    "adding such a column rewrites the whole table while nobody can use it",
                    "use the domain's base type, and a check constraint for the rest");
        }
        Optional<Existing> existing = Query.of(connection, EXISTING, table.oid(), name)
                .first(row -> new Existing(row.getString("type"), row.getString("special")));
        if (existing.isPresent() && !isOwn(connection, specification)) {
            judge(existing.get(), type.get(), words, findings);
        }
        for (String value : Query.of(connection, DEFAULT, table.oid(), name).texts()) {
            findings.warn(
                    "default-not-constant",
                    words + " has the default " + value + ", which is another value each time",
                    "rows that the application inserts without the column get it, and are repaired; with keep: once they"
                            + " are not",
                    "drop the default",
                    Remedies.statement("ALTER TABLE " + table.quoted() + " ALTER COLUMN " + Remedies.name(name)
                            + " DROP DEFAULT"));
        }
        warnOfIndexes(Query.of(connection, INDEXES, table.oid(), name).texts(), words, findings);
        return Optional.of(new Column(name, type.get()));
    }

    /** Whether an earlier run of this very migration added it. */
    private static boolean isOwn(Connection connection, Specification specification) throws SQLException {
        return LedgerSchema.exists(connection)
                && !Query.of(connection, OWN, specification.migration()).texts().isEmpty();
    }

    private static void warnOfIndexes(List<String> indexes, String column, Findings findings) {
        if (!indexes.isEmpty()) {
            findings.warn(
                    "index-on-column",
                    column + " is in indexes already: " + String.join(", ", indexes),
                    "each row that is filled must then enter every index of the table, and the table grows by far more",
                    "drop them and let Infill build them after the fill",
                    Remedies.each(indexes, "DROP INDEX CONCURRENTLY ", ""));
        }
    }

    private static void judge(Existing column, String type, String name, Findings findings) {
        if (!column.special().isEmpty()) {
            findings.block(
                    "column-is-special",
                    name + " is " + column.special(),
                    "it is not for Infill to write",
                    "choose another name");
        } else if (!column.type().equals(type)) {
            findings.block(
                    "column-exists-with-other-type",
                    name + " exists as " + column.type() + ", not " + type,
                    "Infill never changes a column that it did not add",
                    "choose another name or the type " + column.type());
        } else {
            findings.warn(
                    "column-exists",
                    name + " exists already with the type asked for",
                    "Infill adopts the column, fills it and does not drop it in a rollback",
                    "nothing, if you added it yourself");
        }
    }
}
