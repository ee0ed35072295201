package dev.infill.coordinator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestingLatencyTest {
    private static final double BEFORE = 8;
    private static final double WORK = 2 * RestingLatency.PACE;

    private final RestingLatency latency = new RestingLatency();
    private double known = BEFORE;

    private double rest(int seconds, double worstMillis) {
        return pass(seconds, worstMillis, RestingLatency.PACE);
    }

    private double work(int seconds, double worstMillis) {
        return pass(seconds, worstMillis, WORK);
    }

    private double pass(int seconds, double worstMillis, double pace) {
        for (int second = 0; second < seconds; second++) {
            latency.second(worstMillis, pace);
            known = latency.now(BEFORE, known);
        }
        return known;
    }

    @Test
    void isKnownAfterTenSecondsOfRestInARow() {
        assertThat(rest(9, 30)).isEqualTo(BEFORE);
        assertThat(rest(1, 30)).isEqualTo(30);
    }

    @Test
    void isNotMadeOfASingleHiccup() {
        rest(9, 20);

        assertThat(rest(1, 35)).isEqualTo(20);
        assertThat(rest(1, 30)).isEqualTo(30);
    }

    @Test
    void isNotMadeOfWhatIsFeltWhileTheFillWorks() {
        rest(9, 30);

        assertThat(work(1, 30)).isEqualTo(BEFORE);
        assertThat(rest(9, 30)).isEqualTo(BEFORE);
        assertThat(work(100, 30)).isEqualTo(BEFORE);
    }

    @Test
    void followsWhatIsFeltLaterAtRestButNotBelowWhatWasFeltBefore() {
        rest(10, 30);

        assertThat(rest(10, 20)).isEqualTo(20);
        assertThat(rest(10, 1)).isEqualTo(BEFORE);
    }

    @Test
    void anIncidentRaisesItToFourTimesWhatWasFeltBeforeAndNoFurther() {
        assertThat(rest(100, 5000)).isEqualTo(RestingLatency.MOST * RestingLatency.LEAST_MILLIS);
        assertThat(latency.now(100, 100)).isEqualTo(RestingLatency.MOST * 100);
    }

    @Test
    void anIncidentThatIsOverIsForgottenWithinAMinuteOfWork() {
        rest(20, 5000);
        work(2, 25);

        assertThat(work(57, 15)).isEqualTo(40);
        assertThat(work(1, 15)).isEqualTo(25);
        assertThat(work(2, 15)).isEqualTo(15);
        assertThat(work(60, 1)).isEqualTo(BEFORE);
    }
}
