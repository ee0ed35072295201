package dev.infill.protocol;

/** What the bridge read from the log and put into a changes topic. */
public sealed interface Change {

    /**
     * One row was inserted, updated or deleted, or took or left this key.
     *
     * @param transaction the low 32 bits of the transaction's id
     * @param committedAtMicros when the application's transaction committed, microseconds since 1970
     */
    record KeyChanged(TableName table, Key key, long transaction, long lsn, long committedAtMicros) implements Change {}

    /** Everything that was committed before this barrier lies before it in this partition or in another one. */
    record BarrierReached(long barrier) implements Change {}
}
