package dev.infill.coordinator;

import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import java.nio.file.Path;
import java.util.List;

/**
 * What a coordinator must be told.
 *
 * @param id for logs and client ids
 * @param stateDirectory where Kafka Streams may keep files; losing it costs a few seconds
 */
public record CoordinatorConfig(String id, List<Database> databases, KafkaSettings kafka, Path stateDirectory) {
    public CoordinatorConfig {
        if (databases.isEmpty()) {
            throw new IllegalArgumentException("databases is empty; name at least one");
        }
        databases = List.copyOf(databases);
    }
}
