package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacingTest {
    @Test
    void restsSoThatTheBusyShareIsThePace() {
        assertThat(Pacing.rest(Duration.ofMillis(100), 1)).isZero();
        assertThat(Pacing.rest(Duration.ofMillis(100), 0.5)).isEqualTo(Duration.ofMillis(100));
        assertThat(Pacing.rest(Duration.ofMillis(100), 0.1)).isEqualTo(Duration.ofMillis(900));
        assertThat(Pacing.rest(Duration.ofSeconds(30), 0.001)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aBatchThatIsToTakeHalfAsLongCountsAsTwiceAsLong() {
        assertThat(Pacing.measured(Duration.ofMillis(60), Duration.ofMillis(100)))
                .isEqualTo(Duration.ofMillis(60));
        assertThat(Pacing.measured(Duration.ofMillis(60), Duration.ofMillis(50)))
                .isEqualTo(Duration.ofMillis(120));
        assertThat(Pacing.measured(Duration.ofMillis(60), Duration.ofMillis(200)))
                .isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void backsOffLongerEachTimeButNotForEver() {
        Random random = new Random(1);

        assertThat(Backoff.SHORT.after(1, random)).isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
        assertThat(Backoff.SHORT.after(4, random)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
        assertThat(Backoff.SHORT.after(1_000_000, random)).isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5));
    }
}
