package dev.infill.protocol;

import java.util.Locale;

/** Whether a migration moves on by itself, and if not, what it waits for. */
public enum Standing {
    /** Moves through its stages. */
    RUNNING,
    /** Halted by an operator; capture and repair go on, so that what is filled stays right. */
    PAUSED,
    /** A blocking finding of the check; nothing was touched. */
    REFUSED,
    /** Something only a person can mend; {@code resume} tries again. */
    FAILED,
    /** Being ended where it stands: what serves the migration goes, the column stays as it is. */
    CANCELLING,
    /** Everything that Infill created is being removed, the column too. */
    ROLLING_BACK;

    /** The standing as users and the ledger write it: {@code rolling-back}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads {@link #word()} back. */
    public static Standing of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
