package dev.infill.bridge.change;

import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import java.util.List;
import java.util.Map;

/** Something that stands in the log, in the order in which the server sends it: commit after commit. */
public sealed interface LogEntry {
    /** The low 32 bits of the transaction's id; {@link #NO_TRANSACTION} for a message outside of any. */
    long transaction();

    /** For messages that were emitted outside of a transaction. */
    long NO_TRANSACTION = -1;

    /** A row was inserted, updated or deleted, or took or left this key. */
    record RowChanged(TableName table, Key key, long transaction, long lsn, long committedAtMicros)
            implements LogEntry {}

    /**
     * A row of a table that an expression reads was inserted, updated or deleted.
     *
     * @param images what it is referred to by, column by column: after the change, and before it where that differed. A column
     *     that is NULL is left out
     */
    record ReferenceChanged(
            TableName table, List<Map<String, String>> images, long transaction, long lsn, long committedAtMicros)
            implements LogEntry {
        public ReferenceChanged {
            images = List.copyOf(images);
        }
    }

    /** All rows of a table are gone at once, without a word about each. */
    record Truncated(TableName table, long transaction) implements LogEntry {}

    /** A message that somebody put into the log. */
    record Message(String prefix, String content, long transaction) implements LogEntry {}
}
