package dev.infill.cli.client;

import java.util.Locale;

/** What an operator can do with a migration. */
public enum Action {
    PAUSE,
    RESUME,
    CANCEL,
    ROLLBACK;

    /** As it stands in the address. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
