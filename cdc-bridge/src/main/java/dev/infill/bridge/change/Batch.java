package dev.infill.bridge.change;

import dev.infill.protocol.Change;
import java.util.List;

/**
 * What came out of some log entries.
 *
 * @param changes changed keys and barriers in the log's order
 * @param beats numbers of heartbeats in the log's order
 */
public record Batch(List<Change> changes, List<Long> beats) {
    public Batch {
        changes = List.copyOf(changes);
        beats = List.copyOf(beats);
    }
}
