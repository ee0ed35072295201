package dev.infill.worker.range;

import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Ownership;

/** Which rows a statement is about, by what they have in the column. */
public enum Difference {
    /** None at all. */
    NONE,
    /** Those without a value. The expression may be volatile, so it isn't asked. */
    UNWRITTEN,
    /** Those without a value for which the expression has one. */
    MISSING,
    /** Those whose value is not the expression's. */
    DISTINCT;

    /** The rows that a fill or a repair writes: never a value that somebody else wrote on purpose. */
    public static Difference toWrite(Keep keep, Ownership ownership) {
        return switch (ownership) {
            case APPLICATION -> NONE;
            case DUAL -> keep == Keep.ONCE ? UNWRITTEN : MISSING;
            case DERIVED -> keep == Keep.ONCE ? UNWRITTEN : DISTINCT;
        };
    }

    /** The rows that a verification takes for wrong. */
    public static Difference toSuspect(Keep keep, Ownership ownership) {
        return switch (ownership) {
            case APPLICATION -> NONE;
            case DUAL -> MISSING;
            case DERIVED -> keep == Keep.ONCE ? MISSING : DISTINCT;
        };
    }
}
