package dev.infill.bridge.debezium;

import dev.infill.bridge.change.LogEntry;
import dev.infill.bridge.follow.Follows;
import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the engine's records. Takes the key and where it stands, and of a table that an expression reads the columns by
 * which its rows are referred to; never another value of a row.
 */
final class LogRecords {
    private static final String DELETE = "d";
    private static final String MESSAGE = "m";
    private static final String TRUNCATE = "t";
    /** A long value that the change left alone: what it was before is what it is. */
    private static final String UNCHANGED = "__debezium_unavailable_value";

    private LogRecords() {}

    /** Whether it is a message: a mark, a barrier or a heartbeat. */
    static boolean isMessage(SourceRecord record) {
        return operation(record).filter(MESSAGE::equals).isPresent();
    }

    /** The table of which a row changed. */
    static Optional<TableName> table(SourceRecord record) {
        return operation(record)
                .filter(operation -> !operation.equals(MESSAGE))
                .map(operation -> table(((Struct) record.value()).getStruct("source")));
    }

    private static Optional<String> operation(SourceRecord record) {
        return record.value() instanceof Struct value && value.schema().field("op") != null
                ? Optional.of(value.getString("op"))
                : Optional.empty();
    }

    /** The entries of the log that a record speaks of; none for the engine's own heartbeats. */
    static List<LogEntry> entries(SourceRecord record, Follows follows) {
        Optional<String> operation = operation(record);
        if (operation.isEmpty()) {
            return List.of();
        }
        Struct value = (Struct) record.value();
        if (operation.get().equals(MESSAGE)) {
            return List.of(message(value));
        }
        TableName table = table(value.getStruct("source"));
        if (operation.get().equals(TRUNCATE)) {
            return List.of(new LogEntry.Truncated(table, transaction(value.getStruct("source"))));
        }
        Set<String> read = follows.columns(table);
        List<LogEntry> entries = new ArrayList<>();
        if (!read.isEmpty()) {
            entries.add(reference(table, value, read));
        }
        if (read.isEmpty() || follows.isMigrated(table)) {
            row(record, table, value, operation.get()).ifPresent(entries::add);
        }
        return entries;
    }

    private static LogEntry reference(TableName table, Struct value, Set<String> read) {
        Struct source = value.getStruct("source");
        List<Map<String, String>> images = Stream.of(value.getStruct("before"), value.getStruct("after"))
                .filter(Objects::nonNull)
                .map(row -> image(row, read))
                .distinct()
                .toList();
        return new LogEntry.ReferenceChanged(
                table, images, transaction(source), source.getInt64("lsn"), source.getInt64("ts_us"));
    }

    private static Map<String, String> image(Struct row, Set<String> read) {
        Map<String, String> image = new HashMap<>();
        for (String column : read) {
            Field field = row.schema().field(column);
            if (field == null) {
                throw new IllegalStateException("column '" + column + "', which leads to other rows, is not published");
            }
            if (row.get(field) instanceof String text && !text.equals(UNCHANGED)) {
                image.put(column, text);
            }
        }
        return image;
    }

    private static TableName table(Struct source) {
        return new TableName(source.getString("schema"), source.getString("table"));
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

    private static Optional<LogEntry> row(SourceRecord record, TableName table, Struct value, String operation) {
        Struct source = value.getStruct("source");
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
