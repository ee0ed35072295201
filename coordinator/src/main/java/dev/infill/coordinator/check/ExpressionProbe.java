package dev.infill.coordinator.check;

import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration.Keep;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Lets the server judge the expression, on an empty copy of the table. */
final class ExpressionProbe {
    private static final String PROBE = "pg_temp.infill_probe";
    private static final String HIDDEN = "infill_hidden";
    private static final String DOES_NOT_APPLY = "42P17";
    private static final String NOT_SUPPORTED = "0A000";
    private static final String TYPE_MISMATCH = "42804";

    /**
     * The functions that an expression calls are in the text of its tree, builtin ones too (they are in no other catalog). The clock
     * and the user are called stable, and yet change from one transaction to the next.
     */
    private static final String FICKLE = """
            SELECT format('%s %s', CASE WHEN p.provolatile = 'v' OR (p.pronamespace = 'pg_catalog'::regnamespace
                       AND p.proname IN ('now', 'transaction_timestamp', 'statement_timestamp', 'current_setting',
                                         'pg_current_xact_id', 'txid_current')) THEN 'v' ELSE 's' END,
                   p.oid::regproc)
              FROM pg_catalog.pg_proc p
             WHERE p.provolatile <> 'i'
               AND p.oid IN (SELECT (regexp_matches(c.conbin::text, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid
                               FROM pg_catalog.pg_constraint c
                              WHERE c.conrelid = 'pg_temp.infill_probe'::regclass)
             UNION ALL
            SELECT 'v current date, time or user' FROM pg_catalog.pg_constraint c
             WHERE c.conrelid = 'pg_temp.infill_probe'::regclass AND c.conbin::text LIKE '%{SQLVALUEFUNCTION%'
             UNION ALL
            SELECT 's a conversion by way of text' FROM pg_catalog.pg_constraint c
             WHERE c.conrelid = 'pg_temp.infill_probe'::regclass AND c.conbin::text LIKE '%{COERCEVIAIO%'
            """;

    private final Specification specification;
    private final Table table;
    private final Column column;
    private final Findings findings;

    ExpressionProbe(Specification specification, Table table, Column column, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.column = column;
        this.findings = findings;
    }

    /** Judges the expression; answers whether it may be evaluated for a look at some rows. */
    boolean judge(Connection connection) throws SQLException {
        ExpressionText.Seen seen = ExpressionText.look(expression());
        if (seen.problem().isPresent()) {
            block(
                    seen.severalStatements() ? "expression-is-several-statements" : "expression-invalid",
                    "fill.expression is not one expression: " + seen.problem().get());
            return false;
        }
        return RolledBack.run(connection, probing -> {
            RolledBack.execute(probing, "CREATE TEMP TABLE infill_probe (LIKE " + table.quoted() + ")");
            boolean adopted = hide(probing);
            boolean parses = parses(probing, seen);
            show(probing, adopted);
            boolean good = parses && fits(probing);
            new ConstraintProbe(specification, findings).judge(probing);
            return good;
        });
    }

    /** The expression must not read the column that it fills, even where that is there already; answers whether it is. */
    private boolean hide(Connection connection) throws SQLException {
        String sql = "ALTER TABLE " + PROBE + " RENAME COLUMN " + column.quoted() + " TO " + HIDDEN;
        return RolledBack.refusal(connection, sql).isEmpty();
    }

    private void show(Connection connection, boolean adopted) throws SQLException {
        RolledBack.execute(
                connection,
                adopted
                        ? "ALTER TABLE " + PROBE + " RENAME COLUMN " + HIDDEN + " TO " + column.quoted()
                        : "ALTER TABLE " + PROBE + " ADD COLUMN " + column.quoted() + " " + column.type());
    }

    private boolean parses(Connection connection, ExpressionText.Seen seen) throws SQLException {
        String before = "ALTER TABLE " + PROBE + " ADD CONSTRAINT infill_probe CHECK ((";
        Optional<Refusal> refusal = RolledBack.refusal(connection, before + expression() + "\n) IS NULL)");
        if (refusal.isPresent()) {
            refuse(refusal.get(), before.length(), seen);
            return false;
        }
        List<String> fickle = Query.of(connection, FICKLE).texts();
        boolean isVolatile = fickle.stream().anyMatch(function -> function.startsWith("v"));
        if (isVolatile || !isImmutable(connection)) {
            sayFickle(fickle, isVolatile);
        }
        RolledBack.execute(connection, "ALTER TABLE " + PROBE + " DROP CONSTRAINT infill_probe");
        return !isVolatile;
    }

    /** Only a generated column makes the server say whether an expression as a whole is immutable. */
    private boolean isImmutable(Connection connection) throws SQLException {
        String sql = "ALTER TABLE " + PROBE + " ADD COLUMN infill_probe " + column.type() + " GENERATED ALWAYS AS ("
                + expression() + "\n) STORED";
        return RolledBack.tried(connection, sql)
                .map(Refusal::sqlState)
                .filter(DOES_NOT_APPLY::equals)
                .isEmpty();
    }

    private void sayFickle(List<String> fickle, boolean isVolatile) {
        if (fickle.isEmpty() || specification.fill().keep() == Keep.ONCE) {
            return;
        }
        String functions = String.join(
                ", ",
                fickle.stream().map(function -> function.substring(2)).sorted().toList());
        if (isVolatile) {
            findings.block(
                    "expression-volatile",
                    "fill.expression calls " + functions + ", which answers differently each time",
                    "with keep: derived the column must equal the expression at all times, which can't be verified",
                    "leave it out, or say keep: once");
        } else {
            findings.warn(
                    "expression-stable",
                    "fill.expression calls " + functions + ", which may depend on settings or on other tables",
                    "what it reads beside the row can change without a change of the row, and nothing repairs that",
                    "make sure that it depends on the row alone; Infill's sessions have TimeZone UTC and DateStyle ISO");
        }
    }

    /** Whether the column takes what the expression gives, as an UPDATE would assign it. */
    private boolean fits(Connection connection) throws SQLException {
        String before = "EXPLAIN UPDATE " + PROBE + " SET " + column.quoted() + " = (";
        Optional<Refusal> refusal = RolledBack.refusal(connection, before + expression() + "\n)");
        refusal.ifPresent(why -> {
            if (why.sqlState().equals(TYPE_MISMATCH)) {
                findings.block(
                        "expression-type-mismatch",
                        "the column " + Identifier.quote(column.name()) + " does not take what fill.expression gives: "
                                + why.message(),
                        "every UPDATE would fail",
                        "cast the expression: (…)::" + column.type());
            } else {
                refuse(why, before.length(), ExpressionText.look(expression()));
            }
        });
        return refusal.isEmpty();
    }

    private void refuse(Refusal refusal, int before, ExpressionText.Seen seen) {
        if (refusal.sqlState().equals(NOT_SUPPORTED) && seen.hasSubquery()) {
            block("expression-reads-other-tables", "fill.expression has a subquery");
            return;
        }
        int position = refusal.position() - before;
        String where = position < 1 || position > expression().length() ? "" : " at position " + position;
        block(
                "expression-invalid",
                "the server refuses fill.expression" + where + ": " + refusal.message() + " (SQLSTATE "
                        + refusal.sqlState() + ")");
    }

    private void block(String code, String found) {
        findings.block(
                code,
                found,
                "the expression is computed for every row, from the columns of that row alone",
                "write one SQL expression over columns of " + table.name()
                        + "; names of your own functions and types need" + " their schema in front");
    }

    private String expression() {
        return specification.fill().expression();
    }
}
