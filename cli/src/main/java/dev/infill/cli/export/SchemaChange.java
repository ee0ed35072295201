package dev.infill.cli.export;

import dev.infill.protocol.Identifier;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** What a specification changes of the schema, as steps: in Infill's safe order, or all in one transaction. */
public final class SchemaChange {
    private static final String COLUMN = """
            EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(%s) AND attname = %s \
            AND attnum > 0 AND NOT attisdropped%s)""";

    private static final String INDEX = """
            EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid \
            WHERE i.indrelid = pg_catalog.to_regclass(%s) AND x.relname = %s%s)""";

    private static final String CONSTRAINT = """
            EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass(%s) \
            AND conname = %s%s)""";

    private final Specification specification;
    private final String table;
    private final List<Step> steps = new ArrayList<>();

    private SchemaChange(Specification specification) {
        this.specification = specification;
        this.table = specification.table().quoted();
    }

    /** Each step in a transaction of its own, none of which blocks reads or writes for long, as Infill does it. */
    public static List<Step> safe(Specification specification) {
        SchemaChange change = new SchemaChange(specification);
        change.columns(change::column);
        change.indexesConcurrently();
        change.columns(change::defaultValue);
        change.constraintsInTwo();
        if (specification.constraints().notNull()) {
            change.columns(change::notNullByProof);
        }
        return List.copyOf(change.steps);
    }

    /** All of them for one transaction: each may block the table until its end, which is no matter where that is small. */
    public static List<Step> together(Specification specification) {
        SchemaChange change = new SchemaChange(specification);
        change.columns(change::column);
        for (Specification.Index index : specification.indexes()) {
            change.step(
                    "index-" + change.steps.size(),
                    "index " + index.name(),
                    "NOT " + change.index(index, ""),
                    create(index, "") + change.definition(index));
        }
        change.columns(change::defaultValue);
        for (Named constraint : change.constraints()) {
            change.step(
                    "constraint-" + change.steps.size(),
                    "constraint " + constraint.name(),
                    "NOT " + change.constraint(constraint.name(), ""),
                    change.add(constraint));
        }
        if (specification.constraints().notNull()) {
            change.columns(change::notNullAtOnce);
        }
        return List.copyOf(change.steps);
    }

    private record Named(String name, String definition) {}

    /** Something that is done for each column; the second one's steps have a number in their names. */
    private void columns(BiConsumer<Target, String> each) {
        List<Target> all = specification.columns();
        for (int i = 0; i < all.size(); i++) {
            each.accept(all.get(i), i == 0 ? "" : "-" + i);
        }
    }

    private void column(Target column, String number) {
        step(
                "column" + number,
                "column " + column.name(),
                "NOT " + hasColumn(column, ""),
                "ALTER TABLE " + table + " ADD COLUMN " + column.quoted() + " " + column.type());
    }

    /** What an ended build leaves is invalid, and would pass for the index by its name. */
    private void indexesConcurrently() {
        for (Specification.Index index : specification.indexes()) {
            String schema = Identifier.quote(specification.table().schema());
            String name = "index-" + steps.size();
            steps.add(new Step(
                    name + "-leftover",
                    "removes an invalid index " + index.name(),
                    index(index, " AND NOT i.indisvalid"),
                    "DROP INDEX CONCURRENTLY IF EXISTS " + schema + "." + Identifier.quote(index.name()),
                    true));
            steps.add(new Step(
                    name,
                    "index " + index.name(),
                    "NOT " + index(index, ""),
                    create(index, "CONCURRENTLY IF NOT EXISTS ") + definition(index),
                    true));
        }
    }

    /** After the fill: before, it would be the value of rows that are to be filled. */
    private void defaultValue(Target column, String number) {
        column.defaultExpression()
                .ifPresent(value -> step(
                        "default" + number,
                        "default of " + column.name(),
                        hasColumn(column, " AND NOT atthasdef"),
                        "ALTER TABLE " + table + " ALTER COLUMN " + column.quoted() + " SET DEFAULT (" + value
                                + "\n)"));
    }

    private void constraintsInTwo() {
        for (Named constraint : constraints()) {
            inTwo("constraint-" + steps.size(), constraint, "NOT " + constraint(constraint.name(), ""));
        }
    }

    private void notNullAtOnce(Target column, String number) {
        step("not-null" + number, "NOT NULL", nullable(column), setNotNull(column));
    }

    private void notNullByProof(Target column, String number) {
        String prefix = "infill_nn_" + (number.isEmpty() ? "" : number.substring(1) + "_");
        Named proof = new Named(prefix + specification.migration(), "CHECK (" + column.quoted() + " IS NOT NULL)");
        inTwo("not-null-proof" + number, proof, nullable(column) + " AND NOT " + constraint(proof.name(), ""));
        step("not-null" + number, "NOT NULL, which the constraint above proves", nullable(column), setNotNull(column));
        step(
                "not-null-proof-over" + number,
                "drops the proof, which has served",
                constraint(proof.name(), "") + " AND NOT " + nullable(column),
                "ALTER TABLE " + table + " DROP CONSTRAINT " + Identifier.quote(proof.name()));
    }

    private void inTwo(String name, Named constraint, String missing) {
        step(name, "constraint " + constraint.name() + ", for new rows", missing, add(constraint) + " NOT VALID");
        step(
                name + "-validated",
                "constraint " + constraint.name() + ", for all rows",
                constraint(constraint.name(), " AND NOT convalidated"),
                "ALTER TABLE " + table + " VALIDATE CONSTRAINT " + Identifier.quote(constraint.name()));
    }

    private void step(String name, String what, String when, String statement) {
        steps.add(new Step(name, what, when, statement, false));
    }

    private List<Named> constraints() {
        List<Named> named = new ArrayList<>();
        for (Specification.Check check : specification.constraints().checks()) {
            // The newline ends a comment that the expression may end with.
            named.add(new Named(check.name(), "CHECK (" + check.expression() + "\n)"));
        }
        specification
                .foreignKey()
                .ifPresent(key -> named.add(new Named(
                        key.name(),
                        "FOREIGN KEY (" + specification.column().quoted() + ") REFERENCES "
                                + key.table().quoted() + " (" + Identifier.quote(key.column()) + ")")));
        return named;
    }

    private String definition(Specification.Index index) {
        return Identifier.quote(index.name()) + " ON " + table + " " + index.definition();
    }

    private static String create(Specification.Index index, String how) {
        return "CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX " + how;
    }

    private String add(Named constraint) {
        return "ALTER TABLE " + table + " ADD CONSTRAINT " + Identifier.quote(constraint.name()) + " "
                + constraint.definition();
    }

    private String setNotNull(Target column) {
        return "ALTER TABLE " + table + " ALTER COLUMN " + column.quoted() + " SET NOT NULL";
    }

    private String index(Specification.Index index, String more) {
        return INDEX.formatted(literal(table), literal(index.name()), more);
    }

    private String constraint(String name, String more) {
        return CONSTRAINT.formatted(literal(table), literal(name), more);
    }

    private String nullable(Target column) {
        return "NOT " + hasColumn(column, " AND attnotnull");
    }

    private String hasColumn(Target column, String more) {
        return COLUMN.formatted(literal(table), literal(column.name()), more);
    }

    /** A text as SQL has it; on one line, for a precondition is one. */
    static String literal(String text) {
        boolean plain = text.indexOf('\\') < 0 && text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
        String doubled = text.replace("'", "''");
        return plain
                ? "'" + doubled + "'"
                : "E'" + doubled.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") + "'";
    }
}
