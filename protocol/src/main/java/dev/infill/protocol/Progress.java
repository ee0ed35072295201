package dev.infill.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A migration's work summed up from the results topic. What is done is in the ledger; this is for eyes and monitors.
 *
 * @param pass the newest pass that any range reported
 */
public record Progress(String migration, int pass, Tasks tasks, Result.Rows rows, Repairs repairs, Instant at) {
    /** Ranges that reported in this pass, by whether their task is over. */
    public record Tasks(TaskKind kind, long running, long closed) {}

    /**
     * Repairs since the migration began, and those of the last minute.
     *
     * @param stalenessMicros from the application's commit to the repair's commit
     */
    public record Repairs(long changes, long repaired, Percentiles stalenessMicros, Recent recent) {
        public Repairs {
            recent = recent == null ? Recent.NONE : recent; // said by an older coordinator
        }
    }

    /**
     * Repairs of late, over windows of growing length that all end with the newest repair.
     *
     * @param until when a worker last measured a repair, by the worker's clock
     * @param windows the shortest first
     */
    public record Recent(Instant until, List<Window> windows) {
        /** Nothing was repaired yet. */
        public static final Recent NONE = new Recent(Instant.EPOCH, List.of());

        public Recent {
            windows = List.copyOf(windows);
        }

        /** The shortest window that is as long as this, or the longest there is; empty where that is over by now. */
        public Optional<Window> over(Duration period, Instant now) {
            return windows.stream()
                    .filter(window -> window.seconds() >= period.toSeconds())
                    .findFirst()
                    .or(() -> windows.stream().reduce((shorter, longer) -> longer))
                    .filter(window -> !until.plusSeconds(window.seconds()).isBefore(now));
        }
    }

    /**
     * Staleness over some seconds.
     *
     * @param seconds at least so many, and less than ten more
     */
    public record Window(int seconds, long changes, Percentiles stalenessMicros) {}

    /** Percentiles of a distribution; all zero when nothing was measured. */
    public record Percentiles(long p50, long p99, long max) {}
}
