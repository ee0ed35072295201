package dev.infill.kafka;

import dev.infill.protocol.Topics;
import java.util.HashMap;
import java.util.Map;

/**
 * Where Kafka is and how to get in.
 *
 * @param bootstrapServers {@code host:port,…}
 * @param topics the names to use there
 * @param replicationFactor of topics that Infill creates; -1: the broker's default
 * @param security what the operator's {@code --command-config} file has; never printed
 */
public record KafkaSettings(
        String bootstrapServers, Topics topics, short replicationFactor, Map<String, String> security) {
    public KafkaSettings {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("kafka.bootstrapServers is empty; give host:port");
        }
        security = Map.copyOf(security);
    }

    /** A Kafka without security and with the default names. */
    public static KafkaSettings of(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, new Topics("infill"), (short) -1, Map.of());
    }

    /** What every client starts from; the operator's file first, so that it can't change what our guarantees rest on. */
    Map<String, Object> base(String clientId) {
        Map<String, Object> properties = new HashMap<>(security);
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("client.id", clientId);
        return properties;
    }

    @Override
    public String toString() {
        return bootstrapServers + " (prefix " + topics.prefix() + ")";
    }
}
