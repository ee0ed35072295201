package dev.infill.protocol;

import java.util.Locale;

/** Where a range stands in the pass that the ledger names for it. */
public enum RangeState {
    /** Nobody has begun, or the range was opened again. */
    OPEN,
    /** A worker holds the claim and its cursor moves. */
    RUNNING,
    /** Everything that this pass asked for is done and committed. */
    DONE,
    /** Filled but for the rows that PostgreSQL refused; their keys are with the rejected. */
    REJECTED,
    /** Verified but for rows that differed and must be looked at again after a barrier. */
    SUSPECT,
    /** A row was wrong and stayed wrong: it was repaired, and the whole range must be verified again. */
    MISMATCHED,
    /** More rows differed than a range may note down: it must be filled and then verified again. */
    OVERFLOWED;

    /** The state as topics and the ledger write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #word()} back. */
    public static RangeState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Whether the worker's part of this pass is over, so that its task is no longer open. */
    public boolean closesTask() {
        return switch (this) {
            case OPEN, RUNNING -> false;
            case DONE, REJECTED, SUSPECT, MISMATCHED, OVERFLOWED -> true;
        };
    }
}
