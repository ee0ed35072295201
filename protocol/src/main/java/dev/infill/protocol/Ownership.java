package dev.infill.protocol;

import java.util.Locale;

/** Who rules the column's value, and so what a repair may overwrite. */
public enum Ownership {
    /** The expression rules: every difference is repaired. */
    DERIVED,
    /** Old and new application versions write side by side: only NULL is repaired, other differences are counted. */
    DUAL,
    /** The application rules: nothing is repaired, differences are counted. */
    APPLICATION;

    /** The ownership as users and the ledger write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #word()} back. */
    public static Ownership of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
