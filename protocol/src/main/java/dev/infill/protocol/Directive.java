package dev.infill.protocol;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the leading coordinator wants of workers and bridge for one migration; said again every second, because whoever
 * has not heard it for {@link #VALID_SECONDS} seconds stops.
 *
 * @param epoch of the coordinator's lease: a directive of an older epoch is ignored
 * @param order what to do
 * @param captured whether the bridge reads changes of the table for this migration
 */
public record Directive(
        String migration,
        String database,
        TableName table,
        long epoch,
        Order order,
        boolean captured,
        Pace pace,
        Ownership ownership,
        Instant at) {
    /** How long a directive holds after it was heard. */
    public static final int VALID_SECONDS = 15;

    /**
     * How hard to push.
     *
     * @param value 0 (hold) to 1 (as fast as it goes): the share of the time that a lane may spend in transactions
     * @param throttledBy the signal that holds the pace down, for people; null at full pace
     * @param batch how long one transaction of a worker is to take
     */
    public record Pace(double value, @Nullable String throttledBy, Duration batch) {
        /** How long a batch takes where nobody says otherwise. */
        public static final Duration USUAL_BATCH = Duration.ofMillis(100);

        /** As fast as it goes. */
        public static final Pace FULL = new Pace(1, null);

        /** A pace with batches of the usual length. */
        public Pace(double value, @Nullable String throttledBy) {
            this(value, throttledBy, USUAL_BATCH);
        }

        public Pace {
            batch = batch == null ? USUAL_BATCH : batch; // a directive of an older coordinator
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("pace must be between 0 and 1, got " + value);
            }
        }

        /** The signal's words before its first figure, as a metric's label must not take a new value each second; may be empty. */
        public String reason() {
            return throttledBy == null
                    ? ""
                    : throttledBy.replaceFirst("[0-9<>=].*", "").strip();
        }
    }

    /** What to do. */
    public enum Order {
        /** Work on tasks and repair changes. */
        RUN,
        /** Begin no batch of a task; go on repairing changes. */
        HOLD,
        /** The migration is over or unknown: let go of everything that serves it. */
        END
    }
}
