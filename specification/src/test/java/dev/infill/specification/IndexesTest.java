package dev.infill.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.infill.specification.Specification.Index;
import dev.infill.specification.Specification.IndexKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexesTest {
    private static final String BEFORE = """
            migration: orders-total-cents
            database: shop
            table: public.orders
            column: {name: total_cents, type: bigint, default: %s}
            fill: {expression: round(total * 100)::bigint}
            indexes:
            """;

    private static Specification read(String value, String... indexes) {
        return SpecificationReader.read(BEFORE.formatted(value) + "  - " + String.join("\n  - ", indexes) + "\n");
    }

    @Test
    void readsEveryKindOfIndex() {
        Specification specification = read(
                "0",
                "{name: a, columns: [total_cents, '(lower(note))', '\"Id\"'], unique: true, include: [ID], where: total > 0}",
                "{name: b, columns: [id]}");

        assertThat(specification.indexes())
                .containsExactly(
                        new Index(
                                "a",
                                List.of(
                                        new IndexKey("total_cents", false),
                                        new IndexKey("lower(note)", true),
                                        new IndexKey("Id", false)),
                                true,
                                List.of("id"),
                                "total > 0"),
                        new Index("b", List.of("id")));
    }

    @Test
    void writesAnIndexSoThatACommentInItEndsInIt() {
        Index index = read("0", "{name: a, columns: [b, '(c -- d)'], include: [e], where: 'f -- g'}")
                .indexes()
                .get(0);

        assertThat(index.definition()).isEqualTo("(\"b\", (c -- d\n)) INCLUDE (\"e\") WHERE (f -- g\n)");
        assertThat(index.named()).containsExactly("b", "e");
        assertThat(index.expressions()).containsExactly("c -- d", "f -- g");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "true", "1.5", "now()", "\"'new'\""})
    void readsADefaultAsSql(String written) {
        assertThat(read(written, "{name: b, columns: [id]}").column().defaultExpression())
                .contains(written.replace("\"", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{name: a, columns: [lower(note)]} | wrong-name | indexes[0].columns[0] | (lower(note))",
                "{name: a, columns: ['()']} | wrong-value | indexes[0].columns[0] | ",
                "{name: a, columns: [b], includ: [c]} | unknown-field | indexes[0].includ | include",
                "{name: a, columns: [b], uniqe: true} | unknown-field | indexes[0].uniqe | unique",
                "{name: a, columns: [b], unique: yes please} | wrong-type | indexes[0].unique | ",
                "{name: a, columns: [b], wher: c} | unknown-field | indexes[0].wher | where",
                "{name: a, columns: [b], where: ''} | wrong-value | indexes[0].where | ",
                "{name: a, columns: [b], include: ['(c)']} | wrong-name | indexes[0].include[0] | "
            })
    void saysWhereAMistakeIsAndWhatWasMeant(String index, String code, String field, String suggestion) {
        SpecificationException flaw = catchThrowableOfType(SpecificationException.class, () -> read("0", index));

        assertThat(flaw).isNotNull();
        assertThat(flaw.code()).as(flaw.getMessage()).isEqualTo(code);
        assertThat(flaw.field()).as(flaw.getMessage()).isEqualTo(field);
        assertThat(flaw.line()).isEqualTo(7);
        assertThat(flaw.suggestion().orElse(null)).as(flaw.getMessage()).isEqualTo(suggestion);
    }

    @Test
    void aDefaultIsNoList() {
        SpecificationException flaw =
                catchThrowableOfType(SpecificationException.class, () -> read("[0]", "{name: b, columns: [id]}"));

        assertThat(flaw.code()).isEqualTo("wrong-type");
        assertThat(flaw.field()).isEqualTo("column.default");
        assertThat(flaw.line()).isEqualTo(4);
    }
}
