package dev.infill.protocol;

import java.util.Locale;

/** What must be opened, by a person or by evidence, before a migration goes past {@code sync}. */
public enum Gate {
    /** The application may read the new column. */
    READS,
    /** Every version of the application that still writes, writes the new column itself. */
    WRITES,
    /** No row had to be repaired for a while, so that constraints refuse nobody. */
    CONSTRAINTS;

    /** The gate as users and the ledger write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #word()} back. */
    public static Gate of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
