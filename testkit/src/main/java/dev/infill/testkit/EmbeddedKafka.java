package dev.infill.testkit;

import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import java.nio.file.Path;

/** A Kafka broker as a child process. */
final class EmbeddedKafka implements KafkaCluster {
    private final Path folder;
    private final KafkaBroker broker;

    EmbeddedKafka(Path folder) {
        this.folder = folder;
        this.broker = KafkaBroker.start(folder, BrokerSettings.defaults());
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() {
        // Nobody wants its data back, so nobody waits until it has stopped in good order.
        broker.kill();
        EmbeddedData.delete(folder);
    }
}
