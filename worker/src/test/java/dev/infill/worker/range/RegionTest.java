package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void givesOutEveryRowOnceHoweverRowsLie(long seed) {
        Random random = new Random(seed);
        long[] rows = random.longs(random.nextInt(3000), 0, 100_000)
                .map(i -> TupleAddress.begin(random.nextBoolean() ? i % 60 : i) + 1 + i % 50)
                .distinct()
                .toArray();

        List<Region.Batch> batches = all(new Region(rows, 1 + random.nextInt(16), 1 + random.nextInt(500)));

        assertThat(batches.stream().flatMap(batch -> addresses(batch).stream()))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(rows).mapToObj(TupleAddress::text).toList());
        assertThat(batches.stream().mapToInt(Region.Batch::rows).sum()).isEqualTo(rows.length);
    }

    @Test
    void takesAnEqualShareOfEveryPageInEachPass() {
        List<Region.Batch> batches = all(new Region(pages(0, 80, 48), 16, 100));

        var rowsByPass = batches.stream()
                .collect(Collectors.groupingBy(Region.Batch::stripe, Collectors.summingInt(Region.Batch::rows)));
        assertThat(rowsByPass)
                .hasSize(16)
                .allSatisfy((stripe, rows) -> assertThat(rows).isEqualTo(80 * 48 / 16));
    }

    @Test
    void takesSeveralTransactionsAPassSoThatOthersHaveEndedBeforeAPageIsVisitedAgain() {
        List<Region.Batch> batches = all(new Region(pages(0, 80, 48), 16, 1_000_000));

        assertThat(batches.stream().filter(batch -> batch.stripe() == 0)).hasSize(8);
    }

    @Test
    void prunesBeforeEachPassButTheFirst() {
        List<Region.Batch> batches = all(new Region(pages(0, 80, 48), 4, 100));

        assertThat(batches).allSatisfy(batch -> assertThat(batch.prunes()).isEqualTo(batch.stripe() > 0));
    }

    @Test
    void visitsPagesInPhysicalOrderWithinAPass() {
        List<Region.Batch> batches = all(new Region(shuffled(pages(100, 200, 30)), 2, 100));

        for (int i = 1; i < batches.size(); i++) {
            if (batches.get(i).stripe() == batches.get(i - 1).stripe()) {
                assertThat(batches.get(i).firstPage())
                        .isGreaterThanOrEqualTo(batches.get(i - 1).endPage());
            }
        }
    }

    @Test
    void writesScatteredRowsInTheFirstPassAndFewTransactions() {
        long[] scattered = LongStream.range(0, 300)
                .map(i -> TupleAddress.begin(i * 1000) + 1)
                .toArray();

        List<Region.Batch> batches = all(new Region(scattered, 16, 1000));

        assertThat(batches)
                .hasSize(1)
                .allSatisfy(batch -> assertThat(batch.prunes()).isFalse());
    }

    @Test
    void hasNothingToGiveOutWhereNothingDiffers() {
        assertThat(new Region(new long[0], 16, 1000).next()).isEmpty();
    }

    private static List<Region.Batch> all(Region region) {
        List<Region.Batch> batches = new ArrayList<>();
        for (Optional<Region.Batch> next = region.next(); next.isPresent(); next = region.next()) {
            batches.add(next.get());
        }
        return batches;
    }

    private static long[] pages(long from, long to, int rows) {
        return LongStream.range(from, to)
                .flatMap(page -> LongStream.rangeClosed(1, rows).map(place -> TupleAddress.begin(page) + place))
                .toArray();
    }

    private static long[] shuffled(long[] rows) {
        Random random = new Random(7);
        for (int i = rows.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long row = rows[i];
            rows[i] = rows[other];
            rows[other] = row;
        }
        return rows;
    }

    private static List<String> addresses(Region.Batch batch) {
        String text = batch.addresses();
        return List.of(text.substring(2, text.length() - 2).split("\",\"", -1));
    }
}
