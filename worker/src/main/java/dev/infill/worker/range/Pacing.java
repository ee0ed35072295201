package dev.infill.worker.range;

import dev.infill.protocol.Directive.Pace;
import java.time.Duration;

/** How long a lane rests so that it spends no more than its share of the time in transactions, and how long those take. */
public final class Pacing {
    /** One slow batch at a low pace must not put a lane to sleep for minutes. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Pacing() {}

    /** The rest after having been busy that long; the pace is more than zero. */
    public static Duration rest(Duration busy, double pace) {
        double nanos = busy.toNanos() * (1 / pace - 1);
        return nanos >= LONGEST.toNanos() ? LONGEST : Duration.ofNanos((long) nanos);
    }

    /**
     * What a batch's time means to whoever sizes batches for the usual length, when they are to be of another: one that is to
     * take half as long counts as if it had taken twice as long.
     */
    public static Duration measured(Duration took, Duration batch) {
        return Duration.ofNanos(
                (long) (took.toNanos() * ((double) Pace.USUAL_BATCH.toNanos() / Math.max(1, batch.toNanos()))));
    }
}
