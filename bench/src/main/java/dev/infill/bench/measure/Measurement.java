package dev.infill.bench.measure;

import org.jspecify.annotations.Nullable;

/**
 * One candidate, once, on a fresh copy.
 *
 * @param round from 1
 * @param fill what was written during the fill
 * @param whole the same from before anything was set up until the table was filled
 * @param before when the fill began
 * @param application null where nothing went on meanwhile
 * @param staleness null where nobody repairs
 */
public record Measurement(
        String candidate,
        int round,
        Times times,
        Written fill,
        Written whole,
        Processor processor,
        Sizes before,
        Sizes after,
        Rows rows,
        @Nullable Felt application,
        @Nullable Spread staleness) {

    /**
     * How long it took, in seconds.
     *
     * @param fill from the first row taken to the last row done
     * @param whole from the order to the last row done; Infill's includes the check, adding the column and setting up the capture
     * @param stages null where nobody has stages
     */
    public record Times(double fill, double whole, @Nullable Stages stages) {}

    /**
     * What Infill's ledger says beside that.
     *
     * @param plan seconds from the begin of stage {@code fill} until every range was cut
     * @param verify seconds to compare every row
     * @param keysRepairedPerSecond null unless that was measured
     */
    public record Stages(
            double plan,
            long ranges,
            double verify,
            @Nullable Double keysRepairedPerSecond) {}

    /**
     * What the server had to write.
     *
     * @param blocksDirtied by statements
     */
    public record Written(long walBytes, long blocksDirtied) {}

    /**
     * Seconds of a processor.
     *
     * @param server every process of PostgreSQL, during the fill
     * @param tool every process of the candidate's but the broker, during the fill
     * @param broker Kafka, during the fill
     * @param serverWhole as {@code server}, of the whole run
     * @param toolWhole as {@code tool}, from the start of the process
     * @param toolPeakBytes the most memory that the candidate's first process had; 0 without one
     */
    public record Processor(
            double server, double tool, double broker, double serverWhole, double toolWhole, long toolPeakBytes) {}

    /** Bytes on the disk: the table with TOAST and maps, and all its indexes. */
    public record Sizes(long heap, long indexes) {}

    /**
     * What became of the rows.
     *
     * @param updated new versions since the fill began, the application's included
     * @param hot of those, heap-only
     * @param dead versions left behind
     * @param wrong whose column is not what the expression says at the end
     */
    public record Rows(long live, long updated, long hot, long dead, long wrong) {}

    /**
     * What the application felt: latencies during the fill, failures and blocks during the whole run.
     *
     * @param longestBlockedMillis the longest that a statement of its own was seen to wait for a lock
     */
    public record Felt(Spread latency, long failed, double longestBlockedMillis) {}

    /** A distribution in milliseconds. */
    public record Spread(long count, double p50Millis, double p99Millis, double maxMillis) {}
}
