package dev.infill.worker;

import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import java.nio.file.Path;
import java.util.List;

/**
 * What a worker is told by its host.
 *
 * @param id names it in the ledger, in logs and in {@code pg_stat_activity}; another one for each worker
 * @param databases that it may work in
 * @param lanesAtOnce how many ranges it works at the same time, each in a session of its own; as many again for repairs
 * @param transforms jars and folders with the application's code for {@code fill.transform}
 */
public record WorkerConfig(
        String id, List<Database> databases, KafkaSettings kafka, int lanesAtOnce, List<Path> transforms) {
    public WorkerConfig {
        if (id.isBlank()) {
            throw new IllegalArgumentException("worker.id is empty");
        }
        if (lanesAtOnce < 1 || lanesAtOnce > 64) {
            throw new IllegalArgumentException("worker.lanesAtOnce must be 1 to 64, got " + lanesAtOnce);
        }
        databases = List.copyOf(databases);
        transforms = List.copyOf(transforms);
    }
}
