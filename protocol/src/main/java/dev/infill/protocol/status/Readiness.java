package dev.infill.protocol.status;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a pipeline that asks whether it may go on.
 *
 * @param question what it wants to switch: reads, writes or constraints
 * @param ready whether nothing is missing now
 * @param missing what is, in words; empty when it is ready
 */
public record Readiness(
        String migration,
        Gate question,
        boolean ready,
        Stage stage,
        Standing standing,
        Ownership ownership,
        List<String> missing,
        Measured measured) {
    public Readiness {
        missing = List.copyOf(missing);
    }

    /**
     * What the answer rests on.
     *
     * @param quietSeconds for how long no row had to be repaired
     * @param quietSecondsWanted for how long none may have had to be
     * @param stalenessP99Millis over that period, at most a minute; null where nothing was changed or nothing is known
     * @param stalenessBudgetMillis what it may be
     */
    public record Measured(
            double quietSeconds,
            double quietSecondsWanted,
            @Nullable Double stalenessP99Millis,
            double stalenessBudgetMillis,
            Writers writers) {}
}
