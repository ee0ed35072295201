package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.migration.Evidence.Line;
import dev.infill.coordinator.migration.Evidence.Proof;
import dev.infill.coordinator.migration.Evidence.Quiet;
import dev.infill.coordinator.migration.Freshness.Measured;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Proof PROVEN = new Proof(true, 0);
    private static final Line ALIVE = new Line(Duration.ofSeconds(1), Duration.ofSeconds(6));
    private static final Freshness FRESH = new Measured(Duration.ofMillis(40), Duration.ofSeconds(1), MINUTE);
    private static final Set<Gate> NONE = EnumSet.noneOf(Gate.class);
    private static final Set<Gate> BOTH = EnumSet.of(Gate.READS, Gate.WRITES);

    private static Quiet quiet(Ownership ownership, Duration repaired, Duration differed) {
        return new Quiet(ownership, repaired, differed, MINUTE, List.of());
    }

    private static Evidence with(Quiet quiet) {
        return new Evidence(PROVEN, ALIVE, FRESH, quiet);
    }

    @Test
    void readsMayBeSwitchedOnceTheFillIsVerifiedTheLineLivesAndRepairsAreFresh() {
        Evidence evidence = with(quiet(Ownership.DERIVED, Duration.ZERO, MINUTE));

        assertThat(evidence.missing(Gate.READS, NONE)).isEmpty();
        assertThat(evidence.words(Gate.READS)).contains("staleness p99 40 ms over the last 60 s");
    }

    @Test
    void readsWaitForFreshRepairs() {
        Freshness stale = new Measured(Duration.ofMillis(1500), Duration.ofSeconds(1), MINUTE);
        Evidence evidence = new Evidence(PROVEN, ALIVE, stale, quiet(Ownership.DERIVED, MINUTE, MINUTE));

        assertThat(evidence.missing(Gate.READS, NONE))
                .containsExactly("the staleness of repairs is p99 1,500 ms over the last 60 s, it may be 1,000 ms");
        assertThat(evidence.missing(Gate.WRITES, NONE)).isEmpty();
    }

    @Test
    void writesWaitUntilNoOldWriterNeededARepairForTheWholePeriod() {
        assertThat(with(quiet(Ownership.DERIVED, Duration.ofSeconds(59), MINUTE))
                        .missing(Gate.WRITES, NONE))
                .singleElement()
                .asString()
                .contains("repaired 59 s ago");
        assertThat(with(quiet(Ownership.DERIVED, MINUTE, Duration.ZERO)).missing(Gate.WRITES, NONE))
                .isEmpty();
    }

    @Test
    void theOldWritersThatWereSeenAreNamed() {
        Quiet noisy = new Quiet(
                Ownership.DERIVED, Duration.ofSeconds(3), MINUTE, MINUTE, List.of("shop-v1 (role shop)", "cron"));

        assertThat(with(noisy).missing(Gate.WRITES, NONE))
                .singleElement()
                .asString()
                .endsWith("seen at it: shop-v1 (role shop), cron");
    }

    @Test
    void whereBothOwnTheColumnAValueThatDiffersIsNoEvidenceEither() {
        assertThat(with(quiet(Ownership.DUAL, MINUTE, Duration.ofSeconds(2))).missing(Gate.WRITES, NONE))
                .singleElement()
                .asString()
                .contains("not the expression's 2 s ago");
        assertThat(with(quiet(Ownership.APPLICATION, MINUTE, Duration.ofSeconds(2)))
                        .missing(Gate.WRITES, NONE))
                .isEmpty();
    }

    @Test
    void constraintsWaitForTheOtherGatesAndForQuietWhateverAPersonApproved() {
        Evidence noisy = with(quiet(Ownership.DERIVED, Duration.ofSeconds(1), MINUTE));
        Evidence silent = with(quiet(Ownership.DERIVED, MINUTE, MINUTE));

        assertThat(noisy.missing(Gate.CONSTRAINTS, BOTH))
                .singleElement()
                .asString()
                .contains("repaired 1 s ago");
        assertThat(silent.missing(Gate.CONSTRAINTS, NONE)).containsExactly("the gate reads", "the gate writes");
        assertThat(silent.missing(Gate.CONSTRAINTS, BOTH)).isEmpty();
    }

    @Test
    void nothingIsEvidenceWhileNobodyRepairs() {
        Line deadBridge = new Line(Duration.ofSeconds(10), Duration.ofSeconds(1));
        Line deadWorkers = new Line(Duration.ofSeconds(1), Duration.ofSeconds(20));
        Quiet silent = quiet(Ownership.DERIVED, MINUTE, MINUTE);

        for (Gate gate : Gate.values()) {
            assertThat(new Evidence(PROVEN, deadBridge, FRESH, silent).missing(gate, BOTH))
                    .containsExactly("no heartbeat comes through the slot: is the bridge running?");
            assertThat(new Evidence(PROVEN, deadWorkers, FRESH, silent).missing(gate, BOTH))
                    .containsExactly("no barrier has passed for a while: are workers repairing?");
        }
    }

    @Test
    void everythingThatIsMissingIsNamed() {
        Evidence evidence = new Evidence(
                new Proof(false, 3),
                new Line(MINUTE, MINUTE),
                new Freshness.Unknown(),
                quiet(Ownership.DERIVED, Duration.ZERO, MINUTE));

        assertThat(evidence.missing(Gate.READS, NONE)).hasSize(4);
        assertThat(evidence.missing(Gate.WRITES, NONE)).hasSize(4);
        assertThat(evidence.missing(Gate.CONSTRAINTS, NONE)).hasSize(6);
    }
}
