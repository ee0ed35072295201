package dev.infill.bridge.debezium;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * Where an engine begins: where the slot stands. What the engine stores itself is kept for as long as it lives, because it
 * reads back from here what it may confirm to the slot; then it is forgotten. Public because the engine makes it by its name.
 */
public final class SlotOffsets implements OffsetBackingStore {
    /** Of the engine's configuration: the slot's confirmed position. */
    static final String CONFIRMED_LSN = "infill.slot.confirmed";

    private final Map<ByteBuffer, ByteBuffer> stored = new ConcurrentHashMap<>();
    private ByteBuffer beginning = ByteBuffer.allocate(0);

    @Override
    public void configure(WorkerConfig config) {
        // Only the position: with more Debezium searches the log for the last event and skips what lies before it.
        String offset = "{\"lsn\":" + config.originalsStrings().get(CONFIRMED_LSN) + "}";
        beginning = ByteBuffer.wrap(offset.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void start() {
        // Nothing to open.
    }

    @Override
    public void stop() {
        // Nothing to close.
    }

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> offsets = new HashMap<>();
        keys.forEach(key -> offsets.put(key, stored.getOrDefault(key, beginning).duplicate()));
        return CompletableFuture.completedFuture(offsets);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
        stored.putAll(values);
        callback.onCompletion(null, null);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }
}
