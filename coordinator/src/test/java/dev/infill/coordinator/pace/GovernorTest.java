package dev.infill.coordinator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.pace.Governor.Decision;
import dev.infill.coordinator.pace.Governor.State;
import dev.infill.coordinator.pace.Reading.Measured;
import dev.infill.coordinator.pace.Reading.Unreadable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GovernorTest {
    private static final List<Budget> BUDGETS = List.of(
            new Budget(Signal.LATENCY, 10),
            new Budget(Signal.REPLICA_LAG, 5),
            new Budget(Signal.RETAINED_WAL, 4L << 30),
            new Budget(Signal.QUERY, "queued mails", 1000));
    private static final State STEADY = State.resumed(0.5, "");

    private static Map<Signal, Reading> readings(double latency, double lag, double wal, double mails) {
        return Map.of(
                Signal.LATENCY, new Measured(latency),
                Signal.REPLICA_LAG, new Measured(lag),
                Signal.RETAINED_WAL, new Measured(wal),
                Signal.QUERY, new Measured(mails));
    }

    private static Decision decide(State last, double latency, double lag, double wal, double mails) {
        return Governor.next(last, BUDGETS, readings(latency, lag, wal, mails));
    }

    @Test
    void batchesAreShorterAtALowerPaceButNeverTiny() {
        Duration usual = Duration.ofMillis(100);

        assertThat(Governor.batch(usual, 1)).isEqualTo(usual);
        assertThat(Governor.batch(usual, 0.3)).isEqualTo(Duration.ofMillis(30));
        assertThat(Governor.batch(usual, 0.005)).isEqualTo(Duration.ofMillis(10));
        assertThat(Governor.batch(Duration.ofMillis(5), 0.5)).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void namesTheBudgetThatIsOverMostWithItsFiguresAndUnits() {
        assertThat(decide(STEADY, 3, 6.1, 0, 0).reason()).isEqualTo("replica lag 6.1 s > 5.0 s");
        assertThat(decide(STEADY, 14, 6.1, 0, 0).reason()).isEqualTo("application latency 14 ms > 10 ms");
        assertThat(decide(STEADY, 3, 0, 6.2e9, 0).reason()).isEqualTo("WAL retained by slots 5.8 GB > 4.0 GB");
        assertThat(decide(STEADY, 3, 0, 0, 1500).reason()).isEqualTo("queued mails 1500 > 1000");
    }

    @Test
    void fallsByAFifthAndRisesByLittle() {
        assertThat(decide(STEADY, 14, 0, 0, 0).pace()).isEqualTo(0.4);
        assertThat(decide(STEADY, 3, 0, 0, 0).pace()).isBetween(0.5, 0.52);
    }

    @Test
    void beginsSlowlyAndIsAtFullPaceWithinSecondsWhereNothingBinds() {
        State state = State.FIRST;
        int seconds = 0;
        Decision decision;
        do {
            decision = decide(state, 3, 0, 0, 0);
            state = decision.state();
            seconds++;
        } while (decision.pace() < 1);

        assertThat(seconds).isBetween(3, 6);
        assertThat(decision.reason()).isEmpty();
    }

    @Test
    void pausesWhatIsCriticalAndGoesOnWithHalfThePace() {
        Decision critical = decide(STEADY, 3, 11, 0, 0);
        Decision still = decide(critical.state(), 3, 10.5, 0, 0);
        Decision after = decide(still.state(), 3, 1, 0, 0);

        assertThat(critical.pace()).isZero();
        assertThat(critical.reason()).isEqualTo("replica lag 11.0 s > 5.0 s");
        assertThat(still.pace()).isZero();
        assertThat(after.pace()).isBetween(0.25, 0.3);
    }

    @Test
    void holdsWhileASignalCannotBeReadAndGoesOnWhereItWas() {
        Map<Signal, Reading> blind = Map.of(
                Signal.LATENCY, new Measured(3),
                Signal.REPLICA_LAG, new Unreadable("GRANT pg_monitor TO it"),
                Signal.RETAINED_WAL, new Measured(0),
                Signal.QUERY, new Measured(0));

        Decision held = Governor.next(STEADY, BUDGETS, blind);
        Decision after = decide(held.state(), 3, 0, 0, 0);

        assertThat(held.pace()).isZero();
        assertThat(held.reason()).isEqualTo("replica lag can't be read: GRANT pg_monitor TO it");
        assertThat(after.pace()).isGreaterThanOrEqualTo(0.5);
    }

    @Test
    void aSignalThatNobodyReadIsNoSignalThatIsWithinItsBudget() {
        Decision held = Governor.next(STEADY, BUDGETS, Map.of());

        assertThat(held.pace()).isZero();
        assertThat(held.reason()).contains("can't be read: nobody has looked yet");
    }

    @Test
    void doesNotFallFurtherWhileTheSignalShrinks() {
        Decision over = decide(STEADY, 3, 8, 0, 0);
        Decision shrinking = decide(over.state(), 3, 7, 0, 0);
        Decision again = decide(shrinking.state(), 3, 7.5, 0, 0);

        assertThat(shrinking.pace()).isEqualTo(over.pace());
        assertThat(again.pace()).isLessThan(shrinking.pace());
    }

    @Test
    void doesNotGrowWhileTheLastFifthOfABudgetIsUsedUpButDoesBesideALevelThatStays() {
        Decision rising = decide(STEADY, 3, 4.2, 0, 0);
        Decision level = decide(rising.state(), 3, 4.2, 0, 0);

        assertThat(rising.pace()).isEqualTo(0.5);
        assertThat(rising.reason()).isEqualTo("replica lag 4.2 s of 5.0 s");
        assertThat(level.pace()).isGreaterThan(0.5);
    }

    @Test
    void neverStopsForABudgetThatNothingOfOursMoves() {
        State state = STEADY;
        for (int second = 0; second < 100; second++) {
            state = decide(state, 3, 5.5 + second * 0.01, 0, 0).state();
        }

        assertThat(state.pace()).isEqualTo(Governor.LEAST);
    }

    @Test
    void tellsEverySignalTheWorstFirst() {
        Decision decision = decide(STEADY, 3, 2, 1 << 30, 100);

        assertThat(decision.loads())
                .extracting(Load::words)
                .containsExactly(
                        "replica lag 2.0 s of 5.0 s",
                        "application latency 3.0 ms of 10 ms",
                        "WAL retained by slots 1.0 GB of 4.0 GB",
                        "queued mails 100 of 1000");
    }
}
