package dev.infill.cli.config;

import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import java.nio.file.Path;
import java.util.List;

/**
 * What a part needs to know of the world.
 *
 * @param id of this process among its like: in logs, in the lease, in the ledger
 * @param stateDirectory of the coordinator; losing it loses nothing
 */
public record HostConfig(
        String id,
        List<Database> databases,
        KafkaSettings kafka,
        HttpAddress http,
        WorkerSettings worker,
        Path stateDirectory) {
    /**
     * What a worker is told.
     *
     * @param lanes that it works at once
     * @param transforms jars and folders with the application's code
     */
    public record WorkerSettings(int lanes, List<Path> transforms) {
        public WorkerSettings {
            transforms = List.copyOf(transforms);
        }

        /** One lane a worker: more sessions share the same cores, and each holds back what the others could prune. */
        public static WorkerSettings besideTheServer(List<Path> transforms) {
            return new WorkerSettings(1, transforms);
        }
    }

    public HostConfig {
        databases = List.copyOf(databases);
    }
}
