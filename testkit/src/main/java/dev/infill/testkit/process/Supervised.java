package dev.infill.testkit.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A small service manager: whenever the process ends, it is started again. */
public final class Supervised implements AutoCloseable {
    private final Duration pause;
    private ChildProcess current;
    private int restarts;
    private boolean closed;
    private boolean held;
    private boolean due;
    private CompletableFuture<Void> nextStart = CompletableFuture.completedFuture(null);

    private Supervised(ChildProcess first, Duration pause) {
        this.current = first;
        this.pause = pause;
    }

    /** The pause between an end and the next start is systemd's own default. */
    public static Supervised start(Command command) {
        return start(command, Duration.ofMillis(100));
    }

    public static Supervised start(Command command, Duration pause) {
        var supervised = new Supervised(ChildProcess.start(command), pause);
        supervised.watch(supervised.current());
        return supervised;
    }

    private synchronized void watch(ChildProcess process) {
        var later = CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS);
        nextStart = process.onExit().thenRunAsync(this::restart, later);
    }

    private synchronized void restart() {
        due = held;
        if (!closed && !held) {
            restarts++;
            current = current.restart();
            watch(current);
        }
    }

    /** From now on an ended process stays ended, until {@link #allowRestarts}. */
    public synchronized void holdRestarts() {
        held = true;
    }

    /** Restarts again, at once where a restart was held back. */
    public synchronized void allowRestarts() {
        held = false;
        if (due) {
            restart();
        }
    }

    /** The run that was started last; it may have ended, and be about to be followed by another. */
    public synchronized ChildProcess current() {
        return current;
    }

    public synchronized int restarts() {
        return restarts;
    }

    /** Ends supervision first, and then the process; throws when a restart had failed. */
    @Override
    public synchronized void close() {
        closed = true;
        current.close();
        if (nextStart.isCompletedExceptionally()) {
            nextStart.join();
        }
    }
}
