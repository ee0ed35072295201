package dev.infill.coordinator.stream;

import dev.infill.protocol.json.Json;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Values of stores as JSON. */
final class JsonSerde {
    private JsonSerde() {}

    @SuppressWarnings("NullAway") // Kafka's way of saying that there is no value.
    static <T> Serde<T> of(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : Json.bytes(value),
                (topic, bytes) -> bytes == null ? null : Json.read(bytes, type));
    }
}
