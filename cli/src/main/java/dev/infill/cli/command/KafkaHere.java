package dev.infill.cli.command;

import dev.infill.kafka.KafkaSettings;
import dev.infill.servers.KafkaBroker;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka that a command uses.
 *
 * @param broker the one that was started for it; null when it is the operator's own
 */
record KafkaHere(KafkaSettings settings, @Nullable KafkaBroker broker) implements AutoCloseable {
    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
    }
}
