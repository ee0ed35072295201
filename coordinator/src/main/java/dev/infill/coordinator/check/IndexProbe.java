package dev.infill.coordinator.check;

import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Index;
import dev.infill.specification.Specification.IndexKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries the indexes on the empty copy of the table, with the new column in it, and compares them with those that are there. */
final class IndexProbe {
    /** Of an expression that was added as a constraint: what it calls that an index may not, or that is not PostgreSQL's own. */
    private static final String CALLED = """
            SELECT DISTINCT p.provolatile <> 'i' AS fickle, p.oid::regproc::text AS name
              FROM pg_catalog.pg_proc p, pg_catalog.pg_constraint c
             WHERE c.conrelid = to_regclass(?) AND c.conname = 'infill_index'
               AND p.oid IN (SELECT (regexp_matches(c.conbin::text, ':(?:op)?funcid (\\d+)', 'g'))[1]::oid)
               AND (p.provolatile <> 'i' OR p.pronamespace <> 'pg_catalog'::regnamespace)
             ORDER BY 1 DESC, 2
            """;

    private static final String KIND = """
            SELECT CASE WHEN i.indisvalid IS FALSE THEN 'an invalid index'
                        WHEN i.indexrelid IS NULL OR i.indrelid <> ? THEN 'a relation' ELSE 'an index' END
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
             WHERE n.nspname = ? AND c.relname = ?
            """;

    /** Of the table and its partitions that are partitioned again; none is an expression, for there is a primary key. */
    private static final String PARTITIONED_BY = """
            SELECT DISTINCT a.attname
              FROM pg_catalog.pg_partition_tree(to_regclass(?)) t
              JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = t.relid
              JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs)
             ORDER BY 1
            """;

    private final Specification specification;
    private final Table table;
    private final Findings findings;

    IndexProbe(Specification specification, Table table, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.findings = findings;
    }

    /** @param fickle whether an index may not call it; else it is somebody's own and said to be immutable */
    private record Called(boolean fickle, String name) {}

    void judge(Connection connection, String probe) throws SQLException {
        for (Index index : specification.indexes()) {
            boolean isAlike = !findings.has("index-column-not-found") && judge(connection, probe, index);
            judgeName(connection, index, isAlike);
            if (index.unique()) {
                judgeUnique(connection, index);
            }
        }
    }

    /** Whether there is an index of this name that is the wanted one, as far as one can tell. */
    private boolean judge(Connection connection, String probe, Index index) throws SQLException {
        for (String expression : index.expressions()) {
            Optional<String> problem = problem(connection, probe, expression);
            if (problem.isPresent()) {
                block(index, problem.get());
                return false;
            }
            // To build an index is to compute what is constant in it, which nobody's own function is trusted with here.
            if (callsOwn(connection, probe, expression)) {
                return false;
            }
        }
        Optional<Refusal> refusal = RolledBack.refusal(connection, IndexLikeness.build(index, probe));
        if (refusal.isPresent()) {
            block(index, words(refusal.get()));
            return false;
        }
        String wanted = IndexLikeness.definition(connection, "pg_temp." + IndexLikeness.PROBE);
        RolledBack.execute(connection, "DROP INDEX pg_temp." + IndexLikeness.PROBE);
        String there = new TableName(table.name().schema(), index.name()).quoted();
        return Query.of(connection, "SELECT to_regclass(?) IS NOT NULL", there)
                        .texts()
                        .contains("t")
                && kind(connection, index).equals(Optional.of("an index"))
                && IndexLikeness.definition(connection, there).equals(wanted);
    }

    private Optional<String> problem(Connection connection, String probe, String expression) throws SQLException {
        Optional<String> text = ExpressionText.look(expression).problem();
        if (text.isPresent()) {
            return text;
        }
        Optional<Refusal> refusal = RolledBack.tried(connection, parse(probe, expression));
        if (refusal.isPresent()) {
            return refusal.map(IndexProbe::words);
        }
        return called(connection, probe, expression).stream()
                .filter(Called::fickle)
                .findFirst()
                .map(called -> called.name() + " is not immutable, so that an index can't rely on its answer");
    }

    private static boolean callsOwn(Connection connection, String probe, String expression) throws SQLException {
        return !called(connection, probe, expression).isEmpty();
    }

    private static List<Called> called(Connection connection, String probe, String expression) throws SQLException {
        RolledBack.execute(connection, parse(probe, expression));
        List<Called> called = Query.of(connection, CALLED, probe)
                .all(row -> new Called(row.getBoolean("fickle"), row.getString("name")));
        RolledBack.execute(connection, "ALTER TABLE " + probe + " DROP CONSTRAINT infill_index");
        return called;
    }

    /** Not valid: looking at the rows, though there are none, would compute what is constant in it. */
    private static String parse(String probe, String expression) {
        return "ALTER TABLE " + probe + " ADD CONSTRAINT infill_index CHECK ((" + expression + "\n) IS NULL) NOT VALID";
    }

    private Optional<String> kind(Connection connection, Index index) throws SQLException {
        return Query.of(connection, KIND, table.oid(), table.name().schema(), index.name())
                .first(row -> row.getString(1));
    }

    private void judgeName(Connection connection, Index index, boolean isAlike) throws SQLException {
        Optional<String> there = kind(connection, index);
        if (there.isEmpty()) {
            return;
        }
        String kind = there.get();
        String words = "there is " + kind + " " + table.name().schema() + "." + index.name() + " already";
        if (isAlike) {
            findings.warn(
                    "index-exists",
                    words + ", with the definition asked for",
                    "Infill adopts it and does not drop it in a rollback; where it has the new column, each row that is"
                            + " filled must enter it",
                    "nothing, if you built it yourself and the table may grow");
            return;
        }
        boolean invalid = kind.equals("an invalid index");
        findings.block(
                "index-name-taken",
                words + (kind.equals("an index") ? ", with another definition" : ""),
                "Infill builds its own indexes and drops them in a rollback; it must not drop another one",
                invalid
                        ? "choose another name, or drop it if it is a leftover of a build that failed"
                        : "choose another name",
                invalid
                        ? Remedies.statement("DROP INDEX CONCURRENTLY "
                                + new TableName(table.name().schema(), index.name()).quoted())
                        : null);
    }

    /** Each partition is indexed by itself, so equal values in two of them are found only where they can't be. */
    private void judgeUnique(Connection connection, Index index) throws SQLException {
        List<String> missing = new ArrayList<>(
                Query.of(connection, PARTITIONED_BY, table.quoted()).texts());
        index.columns().stream()
                .filter(key -> !key.isExpression())
                .map(IndexKey::text)
                .forEach(missing::remove);
        if (missing.isEmpty()) {
            sayUnique(index);
            return;
        }
        findings.block(
                "index-unique-partitioned",
                "index " + index.name() + " is unique and lacks columns by which " + table.name() + " is partitioned: "
                        + String.join(", ", missing),
                "PostgreSQL builds no such index, and it would fail only after everything was filled",
                "add them to the index's columns, or make it an index that is not unique");
    }

    private void sayUnique(Index index) {
        findings.info(
                "index-unique",
                "index " + index.name() + " is unique",
                "while it is built, writes of the application with equal values begin to fail; rows with equal values that"
                        + " are there by then stop the migration in stage index",
                "make sure that no two rows give equal values");
    }

    private static String words(Refusal refusal) {
        return refusal.message() + " (SQLSTATE " + refusal.sqlState() + ")";
    }

    private void block(Index index, String problem) {
        findings.block(
                "index-invalid",
                "index " + index.name() + " can't be built: " + problem,
                "it would fail only after everything was filled",
                "choose columns of types that a B-tree can sort and immutable expressions over the row, or leave the index"
                        + " out");
    }
}
