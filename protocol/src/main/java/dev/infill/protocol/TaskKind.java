package dev.infill.protocol;

import java.util.Locale;

/** What a worker does with a range. */
public enum TaskKind {
    /** Makes every row of the range equal to the expression. */
    FILL,
    /** Recomputes the expression for every row of the range and notes the rows that differ as suspects. */
    VERIFY,
    /** Looks at the range's suspects again, after a barrier that was emitted later than the first look. */
    RECHECK;

    /** The kind as topics and the ledger write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #word()} back. */
    public static TaskKind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
