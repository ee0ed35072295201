package dev.infill.coordinator.http;

import dev.infill.protocol.Standing;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What an operator may tell a migration to do. */
enum Command {
    PAUSE,
    RESUME,
    CANCEL,
    ROLLBACK;

    /** The standing that it leads to. */
    Standing to() {
        return switch (this) {
            case PAUSE -> Standing.PAUSED;
            case RESUME -> Standing.RUNNING;
            case CANCEL -> Standing.CANCELLING;
            case ROLLBACK -> Standing.ROLLING_BACK;
        };
    }

    /** The standings that it may be given in. */
    Set<Standing> from() {
        return switch (this) {
            case PAUSE -> EnumSet.of(Standing.RUNNING);
            case RESUME -> EnumSet.of(Standing.PAUSED, Standing.REFUSED, Standing.FAILED);
            case CANCEL -> EnumSet.of(Standing.RUNNING, Standing.PAUSED, Standing.REFUSED, Standing.FAILED);
            // Even after a cancel: what that has not removed yet, a rollback removes too.
            case ROLLBACK -> EnumSet.complementOf(EnumSet.of(Standing.ROLLING_BACK));
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
