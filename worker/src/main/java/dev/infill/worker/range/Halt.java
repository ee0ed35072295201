package dev.infill.worker.range;

import java.time.Duration;

/** Tells a lane's work to stop at the next batch boundary, and wakes it where it waits. */
public interface Halt {
    /** Whether to stop. */
    boolean raised();

    /** Waits that long, or until it is raised. */
    void await(Duration time) throws InterruptedException;
}
