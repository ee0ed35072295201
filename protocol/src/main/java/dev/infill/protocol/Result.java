package dev.infill.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What workers tell the world. Figures are totals, not steps, so that a message told twice counts once. */
public sealed interface Result {
    /** The migration spoken of. */
    String migration();

    /** When the worker said it, by the worker's clock. */
    Instant at();

    /**
     * How far one range is in one pass.
     *
     * @param claim grows with each worker that takes the range: a message with a smaller one is stale
     * @param rows of this pass, all claims together
     */
    record RangeReported(
            String migration,
            Instant at,
            RangeTask task,
            RangeState state,
            long claim,
            Rows rows,
            @Nullable String worker)
            implements Result {}

    /**
     * Rows of a range.
     *
     * @param read looked at
     * @param changed written
     */
    record Rows(long read, long changed) {}

    /**
     * What one worker repaired since it last said so.
     *
     * @param changes changed keys handled
     * @param repaired rows that differed and were written
     * @param staleness an HdrHistogram of microseconds, compressed, Base64
     */
    record RepairsMeasured(String migration, Instant at, String worker, long changes, long repaired, String staleness)
            implements Result {}
}
