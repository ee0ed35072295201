package dev.infill.coordinator.check;

import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.protocol.Column;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tries the default on the empty copy of the table: parsed, and never computed. */
final class DefaultProbe {
    private static final String TREE = """
            SELECT d.adbin::text AS tree FROM pg_catalog.pg_attrdef d
              JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
             WHERE d.adrelid = to_regclass(?) AND a.attname = ?
            """;

    /** The functions that it calls are in the text of its tree; so is what reads the clock, or a sequence, without a function. */
    private static final String FICKLE = "WITH probe AS (" + TREE + """
            )
            SELECT p.provolatile = 'v' AS is_volatile, p.oid::regproc::text AS name
              FROM probe, pg_catalog.pg_proc p
             WHERE p.provolatile <> 'i'
               AND p.oid IN (SELECT (regexp_matches(tree, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid)
             UNION ALL SELECT true, 'the next value of a sequence' FROM probe WHERE tree LIKE '%{NEXTVALUEEXPR%'
             UNION ALL SELECT false, 'the current date, time or user' FROM probe WHERE tree LIKE '%{SQLVALUEFUNCTION%'
             ORDER BY 1 DESC, 2
            """;

    private static final String THERE = """
            SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
              JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
             WHERE d.adrelid = ? AND a.attname = ?
            """;

    private final Specification specification;
    private final Table table;
    private final Column column;
    private final Findings findings;

    DefaultProbe(Specification specification, Table table, Column column, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.column = column;
        this.findings = findings;
    }

    private record Reading(boolean isVolatile, String name) {}

    void judge(Connection connection, String probe) throws SQLException {
        Optional<String> expression = specification.column().defaultExpression();
        if (expression.isEmpty()) {
            return;
        }
        Optional<String> problem = ExpressionText.look(expression.get()).problem();
        if (problem.isPresent()) {
            block("it is not one expression: " + problem.get());
            return;
        }
        String sql = "ALTER TABLE " + probe + " ALTER COLUMN " + column.quoted() + " SET DEFAULT (" + expression.get()
                + "\n)";
        Optional<Refusal> refusal = RolledBack.refusal(connection, sql);
        if (refusal.isPresent()) {
            block("the server refuses it: " + refusal.get().message() + " (SQLSTATE "
                    + refusal.get().sqlState() + ")");
            return;
        }
        judge(Query.of(connection, FICKLE, probe, column.name())
                .all(row -> new Reading(row.getBoolean("is_volatile"), row.getString("name"))));
        RolledBack.execute(connection, "ALTER TABLE " + probe + " ALTER COLUMN " + column.quoted() + " DROP DEFAULT");
        sayReplaced(connection);
    }

    private void judge(List<Reading> readings) {
        if (readings.isEmpty()) {
            return;
        }
        Reading worst = readings.get(0);
        if (worst.isVolatile()) {
            findings.block(
                    "default-volatile",
                    findings.named("column.default") + " reads " + worst.name()
                            + ", which answers differently each time",
                    "no two rows and no two environments would get the same, and nothing could compare them",
                    "give a constant, or let the application write the value");
        } else {
            findings.info(
                    "default-stable",
                    findings.named("column.default") + " reads " + worst.name()
                            + ", which depends on the clock or on settings",
                    "each row gets what it answers in the session that inserts it, with that session's settings",
                    "nothing, if that is meant");
        }
    }

    private void sayReplaced(Connection connection) throws SQLException {
        for (String value :
                Query.of(connection, THERE, table.oid(), column.name()).texts()) {
            findings.warn(
                    "default-replaced",
                    table.name() + "." + column.name() + " has the default " + value + " already",
                    "in stage enforce it is replaced by the one asked for; a rollback sets it back",
                    "nothing, if that is meant");
        }
    }

    private void block(String problem) {
        findings.block(
                "default-invalid",
                findings.named("column.default") + " can't be set: " + problem,
                "it would fail only at the end, after everything was filled",
                "write one expression of the type " + column.type()
                        + " without columns; names of your own functions need their schema in front");
    }
}
