package dev.infill.worker.range;

import java.time.Duration;

/**
 * How a turn of a lane's work ended.
 *
 * @param over whether its records are dealt with for good, so that their offset may be committed
 * @param rest before the next turn, if it is not over
 */
public record Turn(boolean over, Duration rest) {
    /** Everything is done and durable. */
    public static final Turn OVER = new Turn(true, Duration.ZERO);
    /** Stopped at a batch boundary because a {@link Halt} was raised. */
    public static final Turn STOPPED = new Turn(false, Duration.ZERO);

    /** The lane lets others use its thread and session and comes back after that time. */
    public static Turn later(Duration rest) {
        return new Turn(false, rest);
    }
}
