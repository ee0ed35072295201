package dev.infill.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.bench.table.TableShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalsTest {
    private static final TableShape SHAPE = TableShape.parse("bigint-3", 500_000);

    @Test
    void comparesWithinARoundAndTakesTheMedian() {
        var result = Sample.result(
                SHAPE,
                Sample.took("one-update", 1, 10),
                Sample.took("infill-2", 1, 2),
                // A noisy neighbour slows both.
                Sample.took("one-update", 2, 40),
                Sample.took("infill-2", 2, 8),
                Sample.took("one-update", 3, 10),
                Sample.took("infill-2", 3, 9));

        Values ratio = Values.ratio(result, "infill-2", Figure.TIME);

        assertThat(ratio.sorted()).containsExactly(0.2, 0.2, 0.9);
        assertThat(ratio.median()).isEqualTo(0.2);
    }

    @Test
    void saysWhatWasMetAndWhatWasMissed() {
        var results =
                Sample.results(Sample.result(SHAPE, Sample.took("one-update", 1, 10), Sample.took("infill-2", 1, 3)));

        assertThat(Goals.lines(results))
                .anyMatch(line -> line.startsWith("| `bigint-3` | time ÷ one `UPDATE` | ≤ 0.25 | 0.30 | **missed** |"))
                .anyMatch(line -> line.startsWith("| `bigint-3` | heap growth | ≤ 1.15 | 1.10 | met |"));
    }

    @Test
    void saysNothingOfGoalsThatWereNotMeasured() {
        var results = Sample.results(Sample.result(SHAPE, Sample.took("one-update", 1, 10)));

        assertThat(Goals.lines(results)).isEmpty();
    }

    @Test
    void looksWhetherBiggerTablesAreFilledAsFast() {
        var results = Sample.results(
                Sample.result(TableShape.parse("bigint-3", 1_000_000), Sample.took("infill-2", 1, 10)),
                Sample.result(TableShape.parse("bigint-3", 2_000_000), Sample.took("infill-2", 1, 25)));

        assertThat(Goals.lines(results))
                .contains("| `bigint-3` | rows a second, slowest size below fastest | ≤ 0.15 | 0.60 | **missed** |");
    }

    @Test
    void aRunWithoutARoundOfTheReferenceHasNoRatio() {
        var result = Sample.result(SHAPE, Sample.took("one-update", 1, 10), Sample.took("infill-2", 2, 3));

        assertThat(Values.ratio(result, "infill-2", Figure.TIME)).isEqualTo(new Values(List.of()));
    }
}
