package dev.infill.coordinator.check;

import dev.infill.postgres.Failure;
import dev.infill.protocol.Column;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/** Computes the expression for some rows from all over the table: what fails for a few will fail in the fill. */
final class SampleCheck {
    private static final int ROWS = 1000;
    private static final String WRITES = "25006";
    /** The class of SQLSTATEs that speak about the statement and the rights, not about a row. */
    private static final String STATEMENT_WRONG = "42";

    /**
     * A row that moves between the two looks is not found again. Row by row, because one bad row must not hide the others. Nothing can be written, whatever the expression calls: a
     * subtransaction that writes would take a transaction id, and a thousand of those hurt everybody's snapshots.
     */
    private static final String LOOK = """
            DO %1$s
            #variable_conflict use_column
            DECLARE
                infill_row_ record;
                infill_value_ %2$s;
                infill_seen_ int := 0;
                infill_failed_ int := 0;
                infill_null_ int := 0;
                infill_state_ text := '-';
            BEGIN
                FOR infill_row_ IN SELECT t.tableoid AS part, t.ctid AS place FROM %3$s AS t %4$s LIMIT %5$d LOOP
                    infill_seen_ := infill_seen_ + 1;
                    BEGIN
                        SELECT (%6$s
                            ) INTO infill_value_ FROM %3$s WHERE ctid = infill_row_.place AND tableoid = infill_row_.part;
                        IF FOUND AND infill_value_ IS NULL THEN
                            infill_null_ := infill_null_ + 1;
                        END IF;
                    EXCEPTION WHEN OTHERS THEN
                        infill_failed_ := infill_failed_ + 1;
                        infill_state_ := SQLSTATE;
                    END;
                END LOOP;
                PERFORM set_config('infill.sample',
                    format('%%s %%s %%s %%s', infill_seen_, infill_failed_, infill_null_, infill_state_), true);
            END %1$s
            """;

    private static final String READ = "SELECT current_setting('infill.sample')";

    private SampleCheck() {}

    static void look(Connection connection, Specification specification, Table table, Column column, Findings findings)
            throws SQLException {
        String expression = specification.fill().forEveryRow();
        String sql = LOOK.formatted(tag(expression), column.type(), table.quoted(), sample(table), ROWS, expression);
        String[] seen;
        try {
            seen = RolledBack.readOnly(connection, looking -> {
                RolledBack.execute(looking, sql);
                return Query.of(looking, READ).texts().get(0).split(" ", -1);
            });
        } catch (SQLException e) {
            if (Failure.of(e).isConnectionLost()) {
                throw e;
            }
            findings.info(
                    "no-sample",
                    "no rows could be looked at (" + Failure.of(e).words() + ")",
                    "rows that the expression fails for show only in the fill",
                    "nothing, or submit again at a quieter time");
            return;
        }
        judge(seen, specification, findings);
    }

    private static void judge(String[] seen, Specification specification, Findings findings) {
        if (seen[3].equals(WRITES)) {
            findings.block(
                    "expression-writes",
                    findings.named("fill.expression") + " calls a function that writes (SQLSTATE " + WRITES
                            + " in a read-only transaction)",
                    "it would write once for each row, and again for each row that is tried or verified again",
                    "let the expression compute and nothing else");
        } else if (seen[3].startsWith(STATEMENT_WRONG)) {
            findings.block(
                    "expression-invalid",
                    findings.named("fill.expression") + " can't be computed on " + specification.table() + " (SQLSTATE "
                            + seen[3] + ")",
                    "it was accepted on an empty copy of the table, and fails for " + seen[1] + " of " + seen[0]
                            + " rows for another reason than their values",
                    "name the columns of the table alone, and make sure that every function may be called");
        } else if (!seen[1].equals("0")) {
            findings.warn(
                    "sample-fails",
                    findings.named("fill.expression") + " fails for " + seen[1] + " of " + seen[0]
                            + " rows looked at (SQLSTATE " + seen[3] + ")",
                    "such rows are set aside in the fill, and the migration waits for them",
                    "correct those rows, or make the expression answer for them");
        }
        if (specification.constraints().notNull() && !seen[2].equals("0")) {
            findings.warn(
                    "sample-has-nulls",
                    findings.named("fill.expression") + " is null for " + seen[2] + " of " + seen[0]
                            + " rows looked at",
                    "the column could not become NOT NULL in the end",
                    "make the expression answer for them, or leave out constraints.notNull");
        }
    }

    /** About twice as many rows as are looked at, by whole pages from all over the table. */
    private static String sample(Table table) {
        if (table.rows() <= 10 * ROWS) {
            return "";
        }
        return String.format(Locale.ROOT, "TABLESAMPLE SYSTEM (%.6f)", Math.max(0.0001, 200.0 * ROWS / table.rows()));
    }

    /** Dollar quotes that the expression can't end. */
    private static String tag(String expression) {
        String tag = "$infill$";
        for (int i = 0; expression.contains(tag); i++) {
            tag = "$infill" + i + "$";
        }
        return tag;
    }
}
