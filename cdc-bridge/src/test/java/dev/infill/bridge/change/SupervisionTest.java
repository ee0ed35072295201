package dev.infill.bridge.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SupervisionTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void anEngineThatBringsNewsIsLeftAlone() {
        assertThat(verdict(START.plusSeconds(990), false, true, true, 1000)).isEmpty();
    }

    @Test
    void silenceIsNoFaultWhileNothingIsOutstanding() {
        assertThat(verdict(START.plusSeconds(1), false, true, false, 1000)).isEmpty();
    }

    @Test
    void silenceAlthoughHeartbeatsAreInTheLogIsAFault() {
        assertThat(verdict(START.plusSeconds(1), false, true, true, 15)).isEmpty();
        assertThat(verdict(START.plusSeconds(1), false, true, true, 30)).isNotEmpty();
    }

    @Test
    void patienceGrowsUpToALimit() {
        Supervision supervision = Supervision.FIRST;
        for (int i = 0; i < 20; i++) {
            supervision = supervision.morePatient();
        }

        assertThat(Supervision.FIRST.morePatient().patience()).isEqualTo(Duration.ofSeconds(40));
        assertThat(supervision.patience()).isEqualTo(Duration.ofMinutes(20));
    }

    @Test
    void whoWaitsForKafkaIsNotBlamed() {
        assertThat(verdict(START.plusSeconds(1), true, false, true, 1000)).isEmpty();
    }

    @Test
    void anEngineThatDoesNotReadTheSlotIsAFaultOnceItHadTimeToStart() {
        assertThat(verdict(Instant.MIN, false, false, false, 25)).isEmpty();
        assertThat(verdict(Instant.MIN, false, false, false, 31)).isNotEmpty();
    }

    private static String verdict(Instant newsAt, boolean delivering, boolean readsSlot, boolean behind, int second) {
        return Supervision.FIRST.verdict(
                new Supervision.Sight(START, newsAt, delivering, readsSlot, behind), START.plusSeconds(second));
    }
}
