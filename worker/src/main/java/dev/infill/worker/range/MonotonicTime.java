package dev.infill.worker.range;

import java.time.Duration;

/** A clock that only goes forward, from an arbitrary start; wall clocks jump. */
@FunctionalInterface
public interface MonotonicTime {
    /** The time since the start. */
    Duration now();
}
