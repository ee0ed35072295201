package dev.infill.coordinator.migration;

import java.time.Duration;

/**
 * Decides when a schema change is tried again. Each try that ends in the lock's queue may have made the application wait, so
 * the waits between tries grow, and when the application was made to wait long enough in all there is a pause.
 *
 * @param failures tries in a row that ended in the queue
 * @param endured how long the application was made to wait since the last pause
 */
public record Patience(int failures, Duration endured) {
    /** Before the first try. */
    public static final Patience FRESH = new Patience(0, Duration.ZERO);

    private static final int LONGEST_DOUBLING = 10;

    /**
     * What bounds it.
     *
     * @param first the wait after the first failure, on average
     * @param longest the longest wait between two tries, on average
     * @param bound how long the application may be made to wait in all before there is a pause
     * @param pause how long that lasts, on average
     */
    public record Limits(Duration first, Duration longest, Duration bound, Duration pause) {
        /** What holds in production. */
        public static final Limits DEFAULT = new Limits(
                Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(1));
    }

    /**
     * What follows a failed try.
     *
     * @param rest before the next try
     * @param paused whether the bound was reached, so that the count begins anew after the rest
     */
    public record Next(Patience patience, Duration rest, boolean paused) {}

    /**
     * After a try that ended in the queue.
     *
     * @param made how long the application was made to wait by it
     * @param chance 0 to 1, so that several never try in step
     */
    public Next afterFailure(Duration made, double chance, Limits limits) {
        Duration sum = endured.plus(made);
        if (sum.compareTo(limits.bound()) >= 0) {
            return new Next(FRESH, jittered(limits.pause(), chance), true);
        }
        long millis = Math.min(
                limits.longest().toMillis(), limits.first().toMillis() << Math.min(failures, LONGEST_DOUBLING));
        return new Next(new Patience(failures + 1, sum), jittered(Duration.ofMillis(millis), chance), false);
    }

    /** Half to one and a half times as long. */
    private static Duration jittered(Duration wait, double chance) {
        return Duration.ofNanos((long) (wait.toNanos() * (0.5 + chance)));
    }
}
