package dev.infill.bench.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableShapeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"bigint-3", "uuid-0-wide", "bigint-1-ff80", "bigint-1-traffic30", "uuid-8-wide-ff80-traffic"})
    void readsItsOwnName(String name) {
        assertThat(TableShape.parse(name, 1000).name()).isEqualTo(name);
    }

    @Test
    void takesRowsFromTheNameWhereItHasSome() {
        assertThat(TableShape.parse("bigint-3-20M", 1000).rows()).isEqualTo(20_000_000);
        assertThat(TableShape.parse("bigint-3", 1000).rows()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bigint", "text-3", "bigint-9", "bigint-3-tall", "bigint-3-ff5", "bigint-3-0"})
    void saysHowAShapeIsNamed(String name) {
        assertThatThrownBy(() -> TableShape.parse(name, 1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bigint-3-20M");
    }

    @Test
    void everyCombinationHasANameOfItsOwn() {
        List<String> names = TableShape.all(1000).stream().map(TableShape::name).toList();

        assertThat(names).hasSize(2 * 4 * 2 * 2 * 2);
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    }
}
