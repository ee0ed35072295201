package dev.infill.protocol;

import java.time.Instant;

/**
 * A migration's work summed up from the results topic. What is done is in the ledger; this is for eyes and monitors.
 *
 * @param pass the newest pass that any range reported
 */
public record Progress(String migration, int pass, Tasks tasks, Result.Rows rows, Repairs repairs, Instant at) {
    /** Ranges that reported in this pass, by whether their task is over. */
    public record Tasks(TaskKind kind, long running, long closed) {}

    /**
     * Repairs since the migration began.
     *
     * @param stalenessMicros from the application's commit to the repair's commit
     */
    public record Repairs(long changes, long repaired, Percentiles stalenessMicros) {}

    /** Percentiles of a distribution; all zero when nothing was measured. */
    public record Percentiles(long p50, long p99, long max) {}
}
