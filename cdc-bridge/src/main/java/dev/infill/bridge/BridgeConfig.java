package dev.infill.bridge;

import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import java.util.List;

/**
 * What a bridge needs to know.
 *
 * @param id names this bridge in logs and in the servers' lists of sessions
 * @param databases whose logs it may read
 */
public record BridgeConfig(String id, List<Database> databases, KafkaSettings kafka) {
    public BridgeConfig {
        if (!id.matches("[A-Za-z0-9._-]{1,32}")) {
            throw new IllegalArgumentException(
                    "a bridge's id has 1 to 32 letters, digits, dots, dashes or underscores, got '" + id + "'");
        }
        databases = List.copyOf(databases);
    }
}
