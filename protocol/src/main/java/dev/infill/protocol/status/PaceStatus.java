package dev.infill.protocol.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How hard a migration may push and does.
 *
 * @param pace 0 to 1
 * @param throttledBy what binds, in words; null at full pace
 * @param wanted the pace as JSON, with the fields of a specification: what is left out has its default
 * @param changed whether an operator changed it since it was submitted
 * @param signals every signal against its budget, the one that binds first
 */
public record PaceStatus(
        String migration,
        double pace,
        @Nullable String throttledBy,
        String wanted,
        boolean changed,
        List<SignalStatus> signals,
        Protection protection) {
    public PaceStatus {
        signals = List.copyOf(signals);
    }

    /**
     * One signal.
     *
     * @param share of its budget; null where it can't be read
     * @param words value and budget with their units, or why there is no value
     */
    public record SignalStatus(String signal, @Nullable Double share, String words) {}
}
