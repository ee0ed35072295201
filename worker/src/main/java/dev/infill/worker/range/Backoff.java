package dev.infill.worker.range;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after the n-th failure in a row: doubling, with jitter over the upper half so that workers that
 * failed together do not come back together.
 */
public record Backoff(Duration first, Duration longest) {
    /** After deadlocks, lost sessions and locked rows. */
    public static final Backoff SHORT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));
    /** When the server lacks something. */
    public static final Backoff LONG = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** The wait after that many failures in a row, counted from one. */
    public Duration after(int failures, RandomGenerator random) {
        double doubled = (double) first.toMillis() * Math.pow(2, Math.min(failures, 30) - 1.0);
        double millis = Math.min(doubled, (double) longest.toMillis());
        return Duration.ofMillis((long) (millis * (0.5 + random.nextDouble() / 2)));
    }
}
