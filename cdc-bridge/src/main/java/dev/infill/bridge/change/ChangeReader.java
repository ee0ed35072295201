package dev.infill.bridge.change;

import dev.infill.protocol.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Turns log entries into changes. Remembers one thing between two batches: which transaction was marked as Infill's own,
 * because its rows may come in a later batch than its mark.
 */
public final class ChangeReader {
    /** A transaction that begins with this message was written by Infill itself. */
    public static final String OWN_WRITES = "infill.fill";

    /** Its content is a barrier's id. */
    public static final String BARRIER = "infill.barrier";

    /** Its content is a heartbeat's number. */
    public static final String BEAT = "infill.beat";

    private long ownTransaction = LogEntry.NO_TRANSACTION;

    /** What these entries, which follow those of the last call, mean. */
    public Batch read(List<LogEntry> entries) {
        List<Change> changes = new ArrayList<>(entries.size());
        List<Long> beats = new ArrayList<>();
        for (LogEntry entry : entries) {
            forgetOwnTransactionAfterItsEnd(entry);
            if (entry instanceof LogEntry.RowChanged row) {
                readRow(row, changes);
            } else if (entry instanceof LogEntry.Message message) {
                readMessage(message, changes, beats);
            }
        }
        return new Batch(changes, beats);
    }

    /** Transactions come one after the other; their ids come again after four thousand million. */
    private void forgetOwnTransactionAfterItsEnd(LogEntry next) {
        if (next.transaction() != LogEntry.NO_TRANSACTION && next.transaction() != ownTransaction) {
            ownTransaction = LogEntry.NO_TRANSACTION;
        }
    }

    private void readRow(LogEntry.RowChanged row, List<Change> changes) {
        if (row.transaction() != ownTransaction) {
            changes.add(new Change.KeyChanged(
                    row.table(), row.key(), row.transaction(), row.lsn(), row.committedAtMicros()));
        }
    }

    private void readMessage(LogEntry.Message message, List<Change> changes, List<Long> beats) {
        // Outside of a transaction a message may stand anywhere, within another transaction's time too: it means
        // nothing.
        if (message.transaction() == LogEntry.NO_TRANSACTION) {
            return;
        }
        switch (message.prefix()) {
            case OWN_WRITES -> ownTransaction = message.transaction();
            case BARRIER -> number(message).ifPresent(id -> changes.add(new Change.BarrierReached(id)));
            case BEAT -> number(message).ifPresent(beats::add);
            default -> {
                // Somebody else's: anybody may emit messages.
            }
        }
    }

    private static OptionalLong number(LogEntry.Message message) {
        try {
            return OptionalLong.of(Long.parseLong(message.content()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
