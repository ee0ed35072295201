package dev.infill.cli.config;

import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import java.nio.file.Path;
import java.util.List;

/**
 * What a part needs to know of the world.
 *
 * @param id of this process among its like: in logs, in the lease, in the ledger
 * @param lanes how many lanes a worker works at once
 * @param stateDirectory of the coordinator; losing it loses nothing
 */
public record HostConfig(
        String id, List<Database> databases, KafkaSettings kafka, HttpAddress http, int lanes, Path stateDirectory) {
    public HostConfig {
        databases = List.copyOf(databases);
    }
}
