package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Gate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void readsMayBeSwitchedOnceTheFillIsVerifiedAndTheCaptureLives() {
        Evidence evidence = new Evidence(true, 0, true, Duration.ZERO, MINUTE);

        assertThat(evidence.missing(Gate.READS)).isEmpty();
    }

    @Test
    void constraintsWaitUntilNoOldWriterNeededARepairForTheWholePeriod() {
        assertThat(new Evidence(true, 0, true, Duration.ofSeconds(59), MINUTE).missing(Gate.WRITES))
                .singleElement()
                .asString()
                .contains("59 s ago");
        assertThat(new Evidence(true, 0, true, MINUTE, MINUTE).missing(Gate.WRITES))
                .isEmpty();
    }

    @Test
    void everythingThatIsMissingIsNamed() {
        Evidence evidence = new Evidence(false, 3, false, Duration.ZERO, MINUTE);

        assertThat(evidence.missing(Gate.WRITES)).hasSize(4);
    }
}
