package dev.infill.coordinator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestingLatencyTest {
    private final RestingLatency resting = new RestingLatency();

    private OptionalDouble rest(int seconds, double worstMillis) {
        return IntStream.range(0, seconds)
                .mapToObj(second -> resting.after(worstMillis, RestingLatency.PACE))
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    @Test
    void isKnownAfterTenSecondsInARow() {
        assertThat(rest(9, 30)).isEmpty();
        assertThat(rest(1, 30)).hasValue(30);
    }

    @Test
    void isNotMadeOfASingleHiccup() {
        rest(9, 30);

        assertThat(rest(1, 500)).hasValue(30);
        assertThat(rest(1, 400)).hasValue(400);
    }

    @Test
    void isForgottenWithTheFirstSecondOfWork() {
        rest(10, 30);

        assertThat(resting.after(30, 2 * RestingLatency.PACE)).isEmpty();
        assertThat(rest(9, 30)).isEmpty();
    }

    @Test
    void followsWhatIsFeltLater() {
        rest(10, 30);

        assertThat(rest(10, 5)).hasValue(5);
    }
}
