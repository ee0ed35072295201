package dev.infill.bridge.debezium;

import io.debezium.connector.base.QueueProvider;
import io.debezium.pipeline.Sizeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * What the engine has read and not handed over yet. Lets whoever finds it empty wait a moment: in the last millisecond of
 * each poll the engine asks in a loop without a rest, which with our short polls took a seventh of a core from an idle bridge.
 *
 * <p>The engine loads it by its name and guards it by its own lock, so that a moment is also how long a change may wait for
 * that lock.
 */
public final class PatientQueue<T extends Sizeable> implements QueueProvider<T> {
    /** What the engine's configuration calls it. */
    static final String NAME = "patient";

    private static final Duration A_MOMENT = Duration.ofMillis(1);

    private final Queue<T> queue = new ArrayDeque<>();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // It has none.
    }

    @Override
    public void enqueue(T event) {
        queue.add(event);
    }

    @Override
    public T poll() {
        return queue.poll();
    }

    @Override
    public int size() {
        if (queue.isEmpty()) {
            LockSupport.parkNanos(A_MOMENT.toNanos());
        }
        return queue.size();
    }
}
