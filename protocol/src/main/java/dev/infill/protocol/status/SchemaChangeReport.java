package dev.infill.protocol.status;

import org.jspecify.annotations.Nullable;

/**
 * What one statement that changed the schema cost the others.
 *
 * @param what it did, in words
 * @param lock that it takes of the table
 * @param tries how often it was begun
 * @param waitedSeconds from when it was wanted until it was done, or until now
 * @param queuedMillis how long it stood in the lock's queue, all tries together
 * @param heldMillis how long it held the lock
 * @param longestMillis the longest that one try can have made a statement of the application wait: its time in the queue and
 *     with the lock; 0 where the lock lets reads and writes through
 * @param done whether it is done
 * @param waitsFor whom it waits for, or went on beside; null: nobody
 */
public record SchemaChangeReport(
        String what,
        String lock,
        int tries,
        double waitedSeconds,
        double queuedMillis,
        double heldMillis,
        double longestMillis,
        boolean done,
        @Nullable String waitsFor) {}
