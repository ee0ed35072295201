package dev.infill.coordinator.check;

import dev.infill.coordinator.check.ExpressionTree.Reading;
import dev.infill.coordinator.check.ExpressionTree.Statement;
import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets the server judge the expression, on an empty copy of the table under the table's own name. It is parsed and never computed:
 * neither a row nor a constant part of it is, because what a function does when it is called may outlive a rollback.
 */
final class ExpressionProbe {
    private static final String HIDDEN = "infill_hidden";
    private static final String DOES_NOT_APPLY = "42P17";
    private static final String TYPE_MISMATCH = "42804";
    /** The kinds of {@link Reading} that answer differently each time. */
    private static final String VOLATILE = "vxo";

    private static final String BY_TEXT = "a conversion by way of text";

    private final Specification specification;
    private final Table table;
    private final List<Column> columns;
    private final int place;
    private final Column column;
    private final Findings findings;
    private final String probe;

    /**
     * A look at one column's expression.
     *
     * @param specification of this column alone
     * @param columns all that are filled
     * @param place of this one among them
     */
    ExpressionProbe(Specification specification, Table table, List<Column> columns, int place, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.columns = columns;
        this.place = place;
        this.column = columns.get(place);
        this.findings = findings;
        this.probe = "pg_temp." + Identifier.quote(table.name().name());
    }

    /**
     * What came of it.
     *
     * @param computable whether it may be computed for a look at some rows
     * @param inputs the columns that it reads
     * @param functions that it calls and that PostgreSQL does not bring, as they stand in GRANT
     * @param schemas of those functions
     * @param tables that it reads beside the row
     */
    record Judgement(
            boolean computable,
            List<String> inputs,
            List<String> functions,
            List<String> schemas,
            List<TableName> tables) {
        static final Judgement BAD = new Judgement(false, List.of(), List.of(), List.of(), List.of());
        static final Judgement NOTHING = new Judgement(true, List.of(), List.of(), List.of(), List.of());

        Judgement {
            inputs = List.copyOf(inputs);
            functions = List.copyOf(functions);
            schemas = List.copyOf(schemas);
            tables = List.copyOf(tables);
        }

        /** Of two expressions together. */
        Judgement and(Judgement other) {
            return new Judgement(
                    computable && other.computable,
                    union(inputs, other.inputs),
                    union(functions, other.functions),
                    union(schemas, other.schemas),
                    union(tables, other.tables));
        }

        private static <T> List<T> union(List<T> some, List<T> others) {
            return Stream.concat(some.stream(), others.stream()).distinct().toList();
        }
    }

    Judgement judge(Connection connection) throws SQLException {
        ExpressionText.Seen seen = ExpressionText.look(expression());
        if (seen.problem().isPresent()) {
            block(
                    seen.severalStatements() ? "expression-is-several-statements" : "expression-invalid",
                    named() + " is not one expression: " + seen.problem().get());
            return Judgement.BAD;
        }
        if (!hasOneCondition()) {
            return Judgement.BAD;
        }
        return RolledBack.run(connection, probing -> {
            RolledBack.execute(probing, "CREATE TABLE " + probe + " (LIKE " + table.quoted() + ")");
            List<Column> adopted = hide(probing);
            Judgement parsed = isConditionValid(probing) ? parse(probing, seen) : Judgement.BAD;
            show(probing, adopted);
            boolean fits = !parsed.equals(Judgement.BAD) && fits(probing);
            if (place == 0) {
                new ConstraintProbe(specification, findings).judge(probing, probe);
                new IndexProbe(specification, table, findings).judge(probing, probe);
            }
            new DefaultProbe(specification, table, column, findings).judge(probing, probe);
            return fits ? parsed : Judgement.BAD;
        });
    }

    /** The expression must not read a column that is filled, even where that is there already; answers which are. */
    private List<Column> hide(Connection connection) throws SQLException {
        List<Column> there = new ArrayList<>();
        for (Column each : columns) {
            String sql = "ALTER TABLE " + probe + " RENAME COLUMN " + each.quoted() + " TO " + hidden(each);
            if (RolledBack.refusal(connection, sql).isEmpty()) {
                there.add(each);
            }
        }
        return there;
    }

    private void show(Connection connection, List<Column> adopted) throws SQLException {
        for (Column each : columns) {
            RolledBack.execute(
                    connection,
                    adopted.contains(each)
                            ? "ALTER TABLE " + probe + " RENAME COLUMN " + hidden(each) + " TO " + each.quoted()
                            : "ALTER TABLE " + probe + " ADD COLUMN " + each.quoted() + " " + each.type());
        }
    }

    private String hidden(Column each) {
        return HIDDEN + "_" + columns.indexOf(each);
    }

    /** What a finding calls the expression. */
    private String named() {
        return findings.named("fill.expression");
    }

    private Judgement parse(Connection connection, ExpressionText.Seen seen) throws SQLException {
        boolean hasSubquery = seen.hasSubquery();
        Optional<Refusal> refusal = ExpressionTree.parse(connection, probe, fill().forEveryRow(), hasSubquery);
        if (refusal.isPresent()) {
            int before = Statement.of(probe, hasSubquery).before().length();
            refuse(refusal.get(), before + fill().opening().length());
            return Judgement.BAD;
        }
        ExpressionTree tree = ExpressionTree.of(connection, probe, hasSubquery);
        List<Reading> readings = tree.readings();
        Judgement judgement = new Judgement(
                !has(readings, VOLATILE) && !has(readings, "wl"),
                tree.inputs(),
                tree.functions(),
                tree.schemas(),
                tree.tables());
        tree.drop();
        judge(connection, readings);
        return judgement;
    }

    private void judge(Connection connection, List<Reading> readings) throws SQLException {
        if (has(readings, "w")) {
            findings.block(
                    "expression-reads-whole-row",
                    named() + " reads the whole row",
                    "the new column is part of the row, so that each fill would change what the expression gives",
                    "name the columns that it needs, as in jsonb_build_object('total', total)");
        }
        if (has(readings, "l")) {
            findings.block(
                    "expression-locks-rows",
                    named() + " locks the rows that it reads",
                    "the application would wait for each batch, and wait for many at once",
                    "leave out FOR UPDATE, FOR SHARE and the like");
        }
        if (specification.fill().keep() == Keep.ONCE) {
            judgeEffects(readings);
        } else if (has(readings, VOLATILE)) {
            findings.block(
                    "expression-volatile",
                    named() + " reads " + named(readings, VOLATILE) + ", which answers differently each time",
                    "with keep: derived the column must equal the expression at all times, which can't be verified",
                    "leave it out, or say keep: once");
        } else if (has(readings, "s") && !isImmutable(connection, readings)) {
            findings.warn(
                    "expression-stable",
                    named() + " reads " + named(readings, "s") + ", which may depend on settings or on other tables",
                    "what it reads beside the row can change without a change of the row, and nothing repairs that",
                    "make sure that it depends on the row alone; Infill's sessions have TimeZone UTC and DateStyle ISO");
        } else if (has(readings, "f")) {
            findings.info(
                    "expression-trusts-function",
                    named() + " calls " + named(readings, "f") + ", which is declared IMMUTABLE",
                    "PostgreSQL does not verify that, and a function that is replaced later leaves old rows as they are",
                    "make sure that it reads nothing but its arguments, and don't replace it while the column is kept");
        }
    }

    /**
     * Only a generated column makes the server say whether a conversion by way of text is immutable. It also computes what is constant,
     * so it is not asked where somebody's own function would be called.
     */
    private boolean isImmutable(Connection connection, List<Reading> readings) throws SQLException {
        boolean onlyByText =
                readings.stream().allMatch(reading -> reading.name().equals(BY_TEXT));
        if (!onlyByText) {
            return false;
        }
        String sql = "ALTER TABLE " + probe + " ADD COLUMN infill_probe " + column.type() + " GENERATED ALWAYS AS ("
                + fill().forEveryRow() + "\n) STORED";
        return RolledBack.tried(connection, sql)
                .map(Refusal::sqlState)
                .filter(DOES_NOT_APPLY::equals)
                .isEmpty();
    }

    /** What is written once may differ each time, but a fill is no way to make a server do things. */
    private void judgeEffects(List<Reading> readings) {
        if (has(readings, "x")) {
            findings.block(
                    "expression-has-effects",
                    named() + " calls " + named(readings, "x") + ", which does more than answer",
                    "it would be done once for each row, again for each row that is tried again, and no rollback undoes it",
                    "leave it out; of the built-in volatile functions random, gen_random_uuid, uuidv4, uuidv7, clock_timestamp"
                            + " and nextval may be called");
        }
        if (has(readings, "o")) {
            findings.warn(
                    "expression-may-write",
                    named() + " calls " + named(readings, "o") + ", which is VOLATILE and may do anything",
                    "whatever the workers' role may do it does once for each row, and again for each row that is tried again",
                    "look at what it does; declare it STABLE or IMMUTABLE if it only answers");
        }
    }

    private static boolean has(List<Reading> readings, String kinds) {
        return readings.stream().anyMatch(reading -> kinds.contains(reading.kind()));
    }

    private static String named(List<Reading> readings, String kinds) {
        return String.join(
                ", ",
                readings.stream()
                        .filter(reading -> kinds.contains(reading.kind()))
                        .map(Reading::name)
                        .toList());
    }

    /** Whether the column takes what the expression gives, as an UPDATE would assign it; prepared, so that nothing is planned. */
    private boolean fits(Connection connection) throws SQLException {
        String before =
                "PREPARE infill_probe AS UPDATE " + probe + " SET " + column.quoted() + " = (" + fill().opening();
        Optional<Refusal> refusal = RolledBack.refusal(connection, before + expression() + fill().closing() + "\n)");
        if (refusal.isEmpty()) {
            // A rollback leaves prepared statements.
            RolledBack.execute(connection, "DEALLOCATE infill_probe");
        }
        refusal.ifPresent(why -> {
            if (why.sqlState().equals(TYPE_MISMATCH)) {
                findings.block(
                        "expression-type-mismatch",
                        "the column " + column.name() + " does not take what " + named() + " gives: " + why.message(),
                        "every UPDATE would fail",
                        "cast the expression: (…)::" + column.type());
            } else {
                refuse(why, before.length());
            }
        });
        return refusal.isEmpty();
    }

    private void refuse(Refusal refusal, int before) {
        int position = refusal.position() - before;
        String where = position < 1 || position > expression().length() ? "" : " at position " + position;
        block(
                "expression-invalid",
                "the server refuses " + named() + where + ": " + refusal.message() + " (SQLSTATE " + refusal.sqlState()
                        + ")");
    }

    private void block(String code, String found) {
        findings.block(
                code,
                found,
                "the expression is computed for every row, from the columns of that row alone",
                "write one SQL expression over columns of " + table.name()
                        + "; names of your own functions and types need their schema in front");
    }

    /** A text that is no condition by itself must not become one between ours. */
    private boolean hasOneCondition() {
        String where = fill().where();
        Optional<String> problem =
                where == null ? Optional.empty() : ExpressionText.look(where).problem();
        problem.ifPresent(this::blockCondition);
        return problem.isEmpty();
    }

    private boolean isConditionValid(Connection connection) throws SQLException {
        if (fill().where() == null) {
            return true;
        }
        String sql = "ALTER TABLE " + probe + " ADD CONSTRAINT infill_where CHECK (" + fill().where() + "\n) NOT VALID";
        Optional<Refusal> refusal = RolledBack.tried(connection, sql);
        refusal.ifPresent(why -> blockCondition(why.message() + " (SQLSTATE " + why.sqlState() + ")"));
        return refusal.isEmpty();
    }

    private void blockCondition(String problem) {
        findings.block(
                "where-invalid",
                "fill.where is not one condition: " + problem,
                "it is asked of every row, whether that is to be filled",
                "write one condition over columns of " + table.name() + ", without the new one");
    }

    private Fill fill() {
        return specification.fill();
    }

    private String expression() {
        return fill().expression();
    }
}
