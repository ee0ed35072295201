package dev.infill.protocol;

import java.util.Locale;

/** The steps of a migration, in their order. */
public enum Stage {
    CHECK,
    EXPAND,
    CAPTURE,
    FILL,
    VERIFY,
    INDEX,
    SYNC,
    ENFORCE,
    COMPLETE;

    /** The stage as users, topics and the ledger write it: {@code fill}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #word()} back. */
    public static Stage of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
