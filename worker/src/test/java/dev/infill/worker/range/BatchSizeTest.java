package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchSizeTest {
    private static final Duration TARGET = Duration.ofMillis(100);

    @Test
    void growsAndShrinksWithTheTimeTakenByHalfOrDoubleAtMost() {
        assertThat(new BatchSize(1000)
                        .after(Duration.ofMillis(80), 1000, TARGET)
                        .rows())
                .isEqualTo(1250);
        assertThat(new BatchSize(1000).after(Duration.ofMillis(1), 1000, TARGET).rows())
                .isEqualTo(2000);
        assertThat(new BatchSize(1000)
                        .after(Duration.ofSeconds(9), 1000, TARGET)
                        .rows())
                .isEqualTo(500);
    }

    @Test
    void learnsNothingFromARangesShortEndButThatItWasSlow() {
        assertThat(new BatchSize(1000).after(Duration.ofMillis(1), 3, TARGET).rows())
                .isEqualTo(1000);
        assertThat(new BatchSize(1000).after(Duration.ofSeconds(1), 3, TARGET).rows())
                .isEqualTo(500);
    }

    @Test
    void isShrunkToOneRowByFailuresAloneAndGrowsOutOfItAgain() {
        BatchSize size = new BatchSize(64);
        for (int i = 0; i < 6; i++) {
            size = size.halved(size.rows());
        }

        assertThat(size.rows()).isEqualTo(1);
        assertThat(size.halved(1).rows()).isEqualTo(1);
        assertThat(size.after(Duration.ofMillis(1), 1, TARGET).rows()).isEqualTo(2);
        assertThat(new BatchSize(60).after(Duration.ofSeconds(1), 60, TARGET).rows())
                .isEqualTo(50);
    }

    @Test
    void staysInItsBoundsWhateverHappens() {
        Random random = new Random(7);
        BatchSize size = BatchSize.FIRST;
        for (int i = 0; i < 10_000; i++) {
            size = random.nextInt(5) == 0
                    ? size.halved(1 + random.nextInt(size.rows()))
                    : size.after(Duration.ofNanos(random.nextLong(1_000_000_000L)), size.rows(), TARGET);
            assertThat(size.rows()).isBetween(1, 50_000);
        }
    }

    @Test
    void settlesWhereABatchTakesTheTargetTime() {
        BatchSize size = BatchSize.FIRST;
        for (int i = 0; i < 20; i++) {
            size = size.after(Duration.ofNanos(size.rows() * 12_500L), size.rows(), TARGET);
        }

        assertThat(size.rows()).isBetween(7900, 8100);
    }
}
