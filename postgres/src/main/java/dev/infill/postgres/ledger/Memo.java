package dev.infill.postgres.ledger;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a migration's stages must remember between two steps of the coordinator, kept as JSON in the ledger.
 *
 * @param columnCreated whether Infill added the column, so that rollback may drop it
 * @param barrier the barrier waited for; null: none emitted
 * @param barrierAgeLimit database time, seconds since 1970, after which an unpassed barrier is emitted again
 * @param snapshot transactions below this id must end before ranges are cut
 * @param gaps the capture's gaps when this migration last began to trust it
 * @param cutDone whether the table is cut to its end
 * @param begun whether this visit to the stage has opened its first pass
 * @param pace how hard the workers push, 0 to 1
 * @param throttledBy what binds, in words
 * @param missing evidence that each closed gate lacks
 */
public record Memo(
        boolean columnCreated,
        @Nullable Long barrier,
        double barrierAgeLimit,
        @Nullable String snapshot,
        long gaps,
        boolean cutDone,
        boolean begun,
        double pace,
        @Nullable String throttledBy,
        Map<String, List<String>> missing) {
    public Memo {
        missing = missing == null ? Map.of() : Map.copyOf(missing);
    }

    /** A migration's first memo. */
    public static final Memo EMPTY = new Memo(false, null, 0, null, 0, false, false, 1, null, Map.of());

    /** The same, but the column is ours. */
    public Memo withColumnCreated() {
        return new Memo(true, barrier, barrierAgeLimit, snapshot, gaps, cutDone, begun, pace, throttledBy, missing);
    }

    /** The same, waiting for another barrier, or for none. */
    public Memo withBarrier(@Nullable Long id, double ageLimit) {
        return new Memo(columnCreated, id, ageLimit, snapshot, gaps, cutDone, begun, pace, throttledBy, missing);
    }

    /** The same, waiting for the transactions below a transaction id to end. */
    public Memo withSnapshot(@Nullable String transaction) {
        return new Memo(
                columnCreated, barrier, barrierAgeLimit, transaction, gaps, cutDone, begun, pace, throttledBy, missing);
    }

    /** The same, trusting the capture as it is after so many gaps. */
    public Memo withGaps(long count) {
        return new Memo(
                columnCreated, barrier, barrierAgeLimit, snapshot, count, cutDone, begun, pace, throttledBy, missing);
    }

    /** The same, with every range known. */
    public Memo withCutDone() {
        return new Memo(
                columnCreated, barrier, barrierAgeLimit, snapshot, gaps, true, begun, pace, throttledBy, missing);
    }

    /** The same, with the table to be cut anew and everything to be filled again. */
    public Memo withNothingCut() {
        return new Memo(columnCreated, null, 0, snapshot, gaps, false, false, pace, throttledBy, missing);
    }

    /** The same, at the begin of a stage, or after its first pass was opened. */
    public Memo withBegun(boolean value) {
        return new Memo(
                columnCreated, barrier, barrierAgeLimit, snapshot, gaps, cutDone, value, pace, throttledBy, missing);
    }

    /** The same at another pace. */
    public Memo withPace(double value, @Nullable String reason) {
        return new Memo(
                columnCreated, barrier, barrierAgeLimit, snapshot, gaps, cutDone, begun, value, reason, missing);
    }

    /** The same with other evidence missing. */
    public Memo withMissing(Map<String, List<String>> evidence) {
        return new Memo(
                columnCreated, barrier, barrierAgeLimit, snapshot, gaps, cutDone, begun, pace, throttledBy, evidence);
    }
}
