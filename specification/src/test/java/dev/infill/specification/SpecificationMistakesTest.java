package dev.infill.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpecificationMistakesTest {
    private static final List<String> GOOD = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: round(total * 100)::bigint
              keep: derived
            indexes:
              - name: orders_total_cents_idx
                columns: [total_cents]
            constraints:
              notNull: true
              checks: [{name: positive, expression: total_cents >= 0}]
              foreignKey: {references: public.customers(id)}
            pace: {batch: 100ms, maxReplicaLag: 5s, maxRetainedWal: 4GB, window: "22:00-06:00 Europe/Berlin"}
            gates: {reads: evidence, writes: manual, quiet: 60s}
            environments: [shop]
            """.lines().toList();

    /** A good specification with one line replaced, and what must be said about it. */
    private record Mistake(int line, String replacement, String code, int column, String field, String suggestion) {
        String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < GOOD.size(); i++) {
                text.append(i == line - 1 ? replacement : GOOD.get(i)).append('\n');
            }
            return text.toString();
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(fields(), values(), names(), beyond()).flatMap(mistakes -> mistakes);
    }

    private static Stream<Mistake> fields() {
        return Stream.of(
                new Mistake(5, "fil:", "unknown-field", 1, "fil", "fill"),
                new Mistake(6, "  expresion: a", "unknown-field", 3, "fill.expresion", "expression"),
                new Mistake(4, "column: {name: a, type: text, colour: b}", "unknown-field", 31, "column.colour", ""),
                new Mistake(10, "    colums: [a]", "unknown-field", 5, "indexes[0].colums", "columns"),
                new Mistake(12, "  notnull: true", "unknown-field", 3, "constraints.notnull", "notNull"),
                new Mistake(
                        15, "pace: {max_replica_lag: 5s}", "unknown-field", 8, "pace.max_replica_lag", "maxReplicaLag"),
                new Mistake(16, "gates: {read: evidence}", "unknown-field", 9, "gates.read", "reads"),
                new Mistake(16, "gates: {stalness: 1s}", "unknown-field", 9, "gates.stalness", "staleness"),
                new Mistake(1, "# nothing", "missing-field", 1, "migration", ""),
                new Mistake(6, "  # nothing", "missing-field", 1, "fill.expression", ""));
    }

    private static Stream<Mistake> values() {
        return Stream.of(
                new Mistake(12, "  notNull: maybe", "wrong-type", 3, "constraints.notNull", ""),
                new Mistake(4, "column: total_cents", "wrong-type", 1, "column", ""),
                new Mistake(10, "    columns: total_cents", "wrong-type", 5, "indexes[0].columns", ""),
                new Mistake(10, "    columns: [a, 7]", "wrong-type", 18, "indexes[0].columns[1]", ""),
                new Mistake(4, "column: {name: a, type: text, default: [1]}", "wrong-type", 31, "column.default", ""),
                new Mistake(10, "    columns: []", "wrong-value", 5, "indexes[0].columns", ""),
                new Mistake(7, "  keep: derivd", "wrong-value", 3, "fill.keep", "derived"),
                new Mistake(16, "gates: {reads: auto}", "wrong-value", 9, "gates.reads", ""),
                new Mistake(16, "gates: {quiet: 0s}", "wrong-value", 9, "gates.quiet", ""),
                new Mistake(16, "gates: {staleness: 0ms}", "wrong-value", 9, "gates.staleness", ""),
                new Mistake(16, "gates: {staleness: fast}", "wrong-value", 9, "gates.staleness", ""),
                new Mistake(1, "migration: Orders_Total", "wrong-value", 1, "migration", ""),
                new Mistake(1, "migration: " + "a".repeat(49), "wrong-value", 1, "migration", ""),
                new Mistake(2, "database: postgres://me:secret@host/db", "wrong-value", 1, "database", ""),
                new Mistake(15, "pace: {batch: 100}", "wrong-type", 8, "pace.batch", ""),
                new Mistake(15, "pace: {batch: 100 ms}", "wrong-value", 8, "pace.batch", ""),
                new Mistake(15, "pace: {maxRetainedWal: 4 gigabytes}", "wrong-value", 8, "pace.maxRetainedWal", ""),
                new Mistake(
                        15,
                        "pace: {window: \"22:00-06:00 Europe/Berln\"}",
                        "wrong-value",
                        8,
                        "pace.window",
                        "Europe/Berlin"),
                new Mistake(15, "pace: {window: \"22:00-22:00 UTC\"}", "wrong-value", 8, "pace.window", ""),
                new Mistake(15, "pace: fast", "wrong-value", 1, "pace", ""),
                new Mistake(15, "pace: [full]", "wrong-type", 1, "pace", ""),
                new Mistake(15, "pace: {maxLatency: none}", "wrong-value", 8, "pace.maxLatency", ""),
                new Mistake(15, "pace: {maxLockWaits: many}", "wrong-value", 8, "pace.maxLockWaits", ""),
                new Mistake(15, "pace: {maxDeadRows: 0%}", "wrong-value", 8, "pace.maxDeadRows", ""),
                new Mistake(
                        15,
                        "pace: {query: {name: q9, sql: SELECT 1, max: 1}}",
                        "wrong-value",
                        16,
                        "pace.query.name",
                        ""));
    }

    private static Stream<Mistake> names() {
        String tooLong = "a".repeat(64);
        return Stream.of(
                new Mistake(3, "table: a.b.c", "wrong-name", 1, "table", ""),
                new Mistake(3, "table: public.my table", "wrong-name", 1, "table", ""),
                new Mistake(3, "table: " + tooLong, "name-too-long", 1, "table", ""),
                new Mistake(9, "  - name: " + tooLong, "name-too-long", 5, "indexes[0].name", ""),
                new Mistake(
                        14,
                        "  foreignKey: {references: customers}",
                        "wrong-name",
                        16,
                        "constraints.foreignKey.references",
                        ""),
                new Mistake(
                        13,
                        "  checks: [{name: p, expression: a}, {name: p, expression: b}]",
                        "repeated-name",
                        39,
                        "constraints.checks[1].name",
                        ""));
    }

    private static Stream<Mistake> beyond() {
        return Stream.of(
                new Mistake(
                        16,
                        "also: [{name: Total_Cents, type: bigint, expression: total}]",
                        "repeated-name",
                        9,
                        "also[0].name",
                        ""),
                new Mistake(7, "  follows: [{table: a, on: b}]", "wrong-value", 24, "fill.follows[0].on", ""),
                new Mistake(
                        7,
                        "  follows: [{table: c, on: c.a = orders.b OR c.d = orders.e}]",
                        "wrong-value",
                        24,
                        "fill.follows[0].on",
                        ""),
                new Mistake(
                        7, "  follows: [{table: c, on: c.a = other.b}]", "wrong-value", 24, "fill.follows[0].on", ""),
                new Mistake(
                        7,
                        "  follows: [{table: orders, on: orders.a = orders.b}]",
                        "wrong-value",
                        14,
                        "fill.follows[0].table",
                        ""),
                new Mistake(7, "  transform: com.example.Encrypt", "wrong-value", 3, "fill.transform", ""),
                new Mistake(6, "  transform: com.example.Encrypt", "missing-field", 1, "fill.reads", ""),
                new Mistake(6, "  transform: rm -rf", "wrong-value", 3, "fill.transform", ""),
                new Mistake(7, "  reads: [total]", "wrong-value", 3, "fill.reads", ""),
                new Mistake(17, "ranges: tids", "wrong-value", 1, "ranges", ""),
                new Mistake(17, "environments: [shop, Shop]", "wrong-value", 22, "environments[1]", ""),
                new Mistake(17, "migration: again", "duplicate-field", 1, "migration", ""),
                new Mistake(17, "environments: *other", "broken-yaml", 15, "environments", ""),
                new Mistake(17, "environments: [shop", "broken-yaml", 1, "", ""),
                new Mistake(6, "  expression: a: b", "broken-yaml", 16, "", ""),
                new Mistake(6, "\texpression: a", "broken-yaml", 1, "", ""));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhereAndWhatEachMistakeIs(Mistake mistake) {
        SpecificationException flaw =
                catchThrowableOfType(SpecificationException.class, () -> SpecificationReader.read(mistake.text()));

        assertThat(flaw).isNotNull();
        assertThat(List.of(flaw.code(), flaw.field(), flaw.suggestion().orElse("")))
                .as(flaw.getMessage())
                .containsExactly(mistake.code(), mistake.field(), mistake.suggestion());
        assertThat(flaw.column()).as(flaw.getMessage()).isEqualTo(mistake.column());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void namesTheLineOfTheMistake(Mistake mistake) {
        SpecificationException flaw =
                catchThrowableOfType(SpecificationException.class, () -> SpecificationReader.read(mistake.text()));

        // What is missing can only be shown where it should stand; an open bracket is missed at the end.
        int line = switch (mistake.code()) {
            case "missing-field" -> mistake.field().contains(".") ? 5 : 1;
            case "broken-yaml" -> mistake.replacement().endsWith("[shop") ? 18 : mistake.line();
            default -> mistake.line();
        };
        assertThat(flaw.line()).as(flaw.getMessage()).isEqualTo(line);
    }

    @Test
    void anEmptyTextIsNoSpecification() {
        SpecificationException flaw = catchThrowableOfType(
                SpecificationException.class, () -> SpecificationReader.read("# only a comment\n"));

        assertThat(flaw.code()).isEqualTo("broken-yaml");
    }

    @Test
    void twoDocumentsAreNotOneSpecification() {
        String twice = String.join("\n", GOOD) + "\n---\nmigration: other\n";

        SpecificationException flaw =
                catchThrowableOfType(SpecificationException.class, () -> SpecificationReader.read(twice));

        assertThat(flaw.code()).isEqualTo("broken-yaml");
        assertThat(flaw.sentence()).contains("one YAML document");
    }

    @Test
    void anAddressIsNotRepeatedBecauseItMayHoldAPassword() {
        String text = String.join("\n", GOOD).replace("database: shop", "database: postgres://me:secret@host/db");

        SpecificationException flaw =
                catchThrowableOfType(SpecificationException.class, () -> SpecificationReader.read(text));

        assertThat(flaw.getMessage()).doesNotContain("secret");
    }

    @Test
    void aCommaWithoutQuotesIsExplained() {
        String text = String.join("\n", GOOD).replace("type: bigint", "type: numeric(12,2)");

        SpecificationException flaw =
                catchThrowableOfType(SpecificationException.class, () -> SpecificationReader.read(text));

        assertThat(flaw.sentence()).contains("a text with a comma stands in quotes");
        assertThat(flaw.line()).isEqualTo(4);
    }

    @Test
    void theSentenceSaysWhatIsExpected() {
        SpecificationException flaw = catchThrowableOfType(
                SpecificationException.class,
                () -> SpecificationReader.read(String.join("\n", GOOD).replace("100ms", "fast")));

        assertThat(flaw)
                .hasMessage(
                        "line 15, column 8: pace.batch does not look right (How long one transaction of a worker takes),"
                                + " for example 100ms, got 'fast'");
    }
}
