package dev.infill.coordinator.migration;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was measured for the gates. */
public record Evidence(Proof proof, Line line, Freshness freshness, Quiet quiet) {
    private static final Duration CAPTURE_ALIVE = Duration.ofSeconds(10);
    /** Barriers are emitted every five seconds, and a worker's work is taken over within six. */
    private static final Duration REPAIR_ALIVE = Duration.ofSeconds(20);

    /**
     * What is proven of the rows.
     *
     * @param converged whether the fill is verified and nothing since has voided that
     * @param rejectedRows rows that PostgreSQL refuses, in the fill or in a repair
     */
    public record Proof(boolean converged, long rejectedRows) {}

    /**
     * Whether changes come through and are repaired at all; while nothing is, no repair is needed either.
     *
     * @param beat since a heartbeat last came through the slot
     * @param barrier since the newest barrier was emitted that has passed every repairer
     */
    public record Line(Duration beat, Duration barrier) {}

    /**
     * Whether the writers write the column themselves.
     *
     * @param repaired since a row last had to be repaired
     * @param differed since a row last differed and was left
     * @param wanted for how long neither may have happened
     * @param suspects writers whose rows had to be repaired or differed in that time, in words; not all can be known
     */
    public record Quiet(
            Ownership ownership, Duration repaired, Duration differed, Duration wanted, List<String> suspects) {
        public Quiet {
            suspects = List.copyOf(suspects);
        }

        /** For how long every row arrived right. What the application owns is right as it arrives. */
        public Duration since() {
            return switch (ownership) {
                case DERIVED, APPLICATION -> repaired;
                case DUAL -> repaired.compareTo(differed) < 0 ? repaired : differed;
            };
        }

        private @Nullable String missing() {
            if (since().compareTo(wanted) >= 0) {
                return null;
            }
            String who = suspects.isEmpty() ? "" : ", seen at it: " + String.join(", ", suspects);
            String when = since().toSeconds() + " s ago, none may " + "%s for " + wanted.toSeconds() + " s: ";
            return repaired.compareTo(wanted) < 0
                    ? "a row had to be repaired " + when.formatted("have to be")
                            + "an application version that does not write the column is still at work" + who
                    : "a row got a value that is not the expression's " + when.formatted("get one")
                            + "it was left, because the column is owned by both" + who;
        }
    }

    /**
     * What a gate lacks, in words; empty: its evidence is complete.
     *
     * @param open the gates that are open
     */
    public List<String> missing(Gate gate, Set<Gate> open) {
        List<String> missing = new ArrayList<>();
        if (!proof.converged()) {
            missing.add("the fill is not verified");
        }
        if (proof.rejectedRows() > 0) {
            missing.add(proof.rejectedRows() + " rows are refused by PostgreSQL");
        }
        if (line.beat().compareTo(CAPTURE_ALIVE) >= 0) {
            missing.add("no heartbeat comes through the slot: is the bridge running?");
        } else if (line.barrier().compareTo(REPAIR_ALIVE) >= 0) {
            missing.add("no barrier has passed for a while: are workers repairing?");
        }
        switch (gate) {
            case READS -> freshness.missing().ifPresent(missing::add);
            case WRITES -> addIfThere(missing, quiet.missing());
            case CONSTRAINTS -> {
                EnumSet.of(Gate.READS, Gate.WRITES).stream()
                        .filter(before -> !open.contains(before))
                        .forEach(before -> missing.add("the gate " + before.word()));
                addIfThere(missing, quiet.missing());
            }
        }
        return List.copyOf(missing);
    }

    private static void addIfThere(List<String> missing, @Nullable String words) {
        if (words != null) {
            missing.add(words);
        }
    }

    /** What opens a gate when nothing is missing, in words. */
    public String words(Gate gate) {
        String proven = "verified, no row refused, ";
        return switch (gate) {
            case READS ->
                proven
                        + (freshness instanceof Freshness.Measured measured
                                ? "staleness p99 " + measured.p99().toMillis() + " ms over the last "
                                        + measured.period().toSeconds() + " s"
                                : "nothing changed of late");
            case WRITES, CONSTRAINTS ->
                proven + "no row repaired for " + quiet.since().toSeconds() + " s";
        };
    }

    /** The gates that need a barrier emitted after everything else was there: what was changed before must have been looked at. */
    public static Set<Gate> needingBarrier() {
        return EnumSet.of(Gate.WRITES, Gate.CONSTRAINTS);
    }
}
