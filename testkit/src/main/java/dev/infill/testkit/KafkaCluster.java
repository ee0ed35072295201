package dev.infill.testkit;

import java.util.UUID;

/** A Kafka broker that many tests share. */
public interface KafkaCluster extends AutoCloseable {
    String bootstrapServers();

    /** Starts the names of one test's topics and groups; no other test has it. */
    default TestKafka freshPrefix() {
        return new TestKafka(
                bootstrapServers(), "test-" + UUID.randomUUID().toString().substring(0, 8) + ".");
    }

    @Override
    void close();
}
