package dev.infill.postgres.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What is captured in a database, and where it stands.
 *
 * @param beat the last heartbeat put into the log
 * @param seenBeat the last one that came through the slot
 * @param exchanged whether the slot stands further than the bridge ever confirmed, so that it is not the one it was
 * @param usableSlot null when the slot is missing or the server has dropped what it still had to send
 */
public record CaptureRow(
        String slot,
        String publication,
        long beat,
        long seenBeat,
        boolean exchanged,
        @Nullable Slot usableSlot) {
    /**
     * A slot that can be read.
     *
     * @param confirmedLsn everything committed before it was confirmed
     * @param reader who reads it now
     */
    public record Slot(long confirmedLsn, @Nullable Reader reader) {}

    /** The server's session that reads a slot. */
    public record Reader(int pid, String applicationName) {}
}
