package dev.infill.bridge.debezium;

import dev.infill.bridge.change.LogEntry;
import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Reads the engine's records. Takes the key and where it stands, never a value of a row. */
final class LogRecords {
    private static final String DELETE = "d";
    private static final String MESSAGE = "m";

    private LogRecords() {}

    /** The entry of the log that a record speaks of; empty for the engine's own heartbeats. */
    static Optional<LogEntry> entry(SourceRecord record) {
        if (!(record.value() instanceof Struct value) || value.schema().field("op") == null) {
            return Optional.empty();
        }
        String operation = value.getString("op");
        return operation.equals(MESSAGE) ? Optional.of(message(value)) : row(record, value, operation);
    }

    private static LogEntry message(Struct value) {
        Struct message = value.getStruct("message");
        return new LogEntry.Message(
                message.getString("prefix"), text(message.get("content")), transaction(value.getStruct("source")));
    }

    private static String text(Object content) {
        return content instanceof ByteBuffer buffer
                ? StandardCharsets.UTF_8.decode(buffer.duplicate()).toString()
                : new String((byte[]) content, StandardCharsets.UTF_8);
    }

    private static Optional<LogEntry> row(SourceRecord record, Struct value, String operation) {
        Struct source = value.getStruct("source");
        TableName table = new TableName(source.getString("schema"), source.getString("table"));
        Optional<Key> key = key((Struct) record.key());
        if (key.isEmpty()) {
            // An identity other than the primary key: the old row came without its key. A row that is gone needs no
            // repair.
            if (operation.equals(DELETE)) {
                return Optional.empty();
            }
            throw new IllegalStateException("a change of " + table + " came without its primary key");
        }
        return Optional.of(new LogEntry.RowChanged(
                table, key.get(), transaction(source), source.getInt64("lsn"), source.getInt64("ts_us")));
    }

    private static Optional<Key> key(@Nullable Struct key) {
        if (key == null) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (Field column : key.schema().fields()) {
            if (!(key.get(column) instanceof String text)) {
                return Optional.empty();
            }
            texts.add(text);
        }
        return Optional.of(new Key(texts));
    }

    private static long transaction(Struct source) {
        Long transaction = source.getInt64("txId");
        return transaction == null ? LogEntry.NO_TRANSACTION : transaction;
    }
}
