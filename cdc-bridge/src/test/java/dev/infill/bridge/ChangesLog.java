package dev.infill.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.kafka.KafkaClients;
import dev.infill.protocol.Change;
import dev.infill.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads a changes topic from its beginning and keeps all of it. */
final class ChangesLog implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** A record as it lies in the topic. */
    record Entry(int partition, String key, String json, Change change) {}

    private final KafkaClients clients;
    private final String topic;
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable Consumer<String, byte[]> consumer;

    ChangesLog(KafkaClients clients, String topic) {
        this.clients = clients;
        this.topic = topic;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Reads until the barrier was met in so many partitions. */
    void awaitBarrier(long barrier, int partitions) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (partitionsWith(barrier).size() < partitions) {
            assertThat(System.nanoTime())
                    .as("time to wait for barrier %d in %d partitions", barrier, partitions)
                    .isLessThan(deadline);
            poll();
        }
    }

    Set<Integer> partitionsWith(long barrier) {
        Set<Integer> partitions = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.change() instanceof Change.BarrierReached reached && reached.barrier() == barrier) {
                partitions.add(entry.partition());
            }
        }
        return partitions;
    }

    void poll() {
        if (consumer == null) {
            consumer = clients.broadcastConsumer("test-changes");
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
        consumer.poll(Duration.ofMillis(200))
                .forEach(record -> entries.add(new Entry(
                        record.partition(),
                        record.key(),
                        new String(record.value(), StandardCharsets.UTF_8),
                        Json.read(record.value(), Change.class))));
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
        }
    }
}
