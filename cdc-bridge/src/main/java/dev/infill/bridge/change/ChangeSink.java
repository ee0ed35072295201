package dev.infill.bridge.change;

import dev.infill.protocol.Change;
import java.util.List;

/** Where changes go. */
public interface ChangeSink extends AutoCloseable {
    /**
     * Delivers changes in their order and returns when all of them are safe. A barrier is not sent before everything
     * before it is safe.
     *
     * @throws RuntimeException if any of them may be lost; all of them must then be delivered again
     */
    void deliver(List<Change> changes) throws InterruptedException;

    /** Ends at once; what is under way may be lost, and {@link #deliver} fails. */
    @Override
    void close();
}
