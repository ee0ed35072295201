package dev.infill.coordinator.migration;

import dev.infill.protocol.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured for the gates.
 *
 * @param converged whether the fill is verified and nothing since has voided that
 * @param rejectedRows rows that PostgreSQL refuses
 * @param captureAlive whether the newest heartbeat came through the slot
 * @param quietFor how long no row had to be repaired
 * @param quietWanted for how long none may have had to be
 */
public record Evidence(
        boolean converged, long rejectedRows, boolean captureAlive, Duration quietFor, Duration quietWanted) {

    /** What a gate lacks, in words; empty: its evidence is complete. */
    public List<String> missing(Gate gate) {
        List<String> missing = new ArrayList<>();
        if (!converged) {
            missing.add("the fill is not verified");
        }
        if (rejectedRows > 0) {
            missing.add(rejectedRows + " rows are refused by PostgreSQL");
        }
        if (!captureAlive) {
            missing.add("no heartbeat comes through the slot: is the bridge running?");
        }
        boolean quiet = switch (gate) {
            case READS -> true;
            case WRITES -> quietFor.compareTo(quietWanted) >= 0;
        };
        if (!quiet) {
            missing.add("a row had to be repaired " + quietFor.toSeconds() + " s ago, none may have to be for "
                    + quietWanted.toSeconds()
                    + " s: an application version that does not write the column is still at work");
        }
        return List.copyOf(missing);
    }
}
