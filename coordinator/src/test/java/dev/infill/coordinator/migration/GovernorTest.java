package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.migration.Governor.Budgets;
import dev.infill.coordinator.migration.Governor.Signals;
import dev.infill.protocol.Directive.Pace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GovernorTest {
    private static final Budgets BUDGETS = new Budgets(4L << 30, Duration.ofSeconds(5));
    private static final Signals CALM = new Signals(1L << 20, Duration.ZERO);

    @Test
    void goesAtFullPaceWhileEverySignalIsWithinItsBudget() {
        assertThat(Governor.next(Pace.FULL, CALM, BUDGETS)).isEqualTo(Pace.FULL);
    }

    @Test
    void namesTheSignalThatBinds() {
        Pace pace = Governor.next(Pace.FULL, new Signals(1L << 20, Duration.ofMillis(6100)), BUDGETS);

        assertThat(pace.throttledBy()).isEqualTo("replica lag 6.1 s > 5.0 s");
        assertThat(pace.value()).isEqualTo(0.5);
    }

    @Test
    void holdsAtTwiceABudget() {
        Pace pace = Governor.next(Pace.FULL, new Signals(9L << 30, Duration.ZERO), BUDGETS);

        assertThat(pace.value()).isZero();
        assertThat(pace.throttledBy()).startsWith("WAL retained by the slot 9216 MB > 4096 MB");
    }

    @Test
    void comesBackToFullPaceByItselfAndForgetsTheReason() {
        Pace pace = new Pace(0, "replica lag");
        int steps = 0;
        while (pace.value() < 1 && steps < 100) {
            pace = Governor.next(pace, CALM, BUDGETS);
            steps++;
        }

        assertThat(pace).isEqualTo(Pace.FULL);
        assertThat(steps).isLessThanOrEqualTo(11);
    }
}
