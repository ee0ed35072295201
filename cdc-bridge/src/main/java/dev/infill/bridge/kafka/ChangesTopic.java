package dev.infill.bridge.kafka;

import dev.infill.bridge.change.ChangeSink;
import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaClients.Patience;
import dev.infill.protocol.Change;
import dev.infill.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The changes topic of one database, written by one producer for as long as nothing fails. */
public final class ChangesTopic implements ChangeSink {
    private static final long ANSWER_SECONDS = 20;
    /** A delivery that fails ends the engine, and the next one begins with a new producer where the slot stands. */
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(20));

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final List<Future<?>> underWay = new ArrayList<>();

    private ChangesTopic(Producer<String, byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** The changes topic of a database; empty while it does not exist. The coordinator makes it. */
    public static Optional<ChangeSink> open(KafkaClients clients, String clientId, String database) {
        String topic = clients.settings().topics().changes(database);
        // Asked first because a producer that looks for a missing topic would make brokers create it with their
        // defaults.
        try (Admin admin = clients.admin(clientId + "-admin")) {
            admin.describeTopics(List.of(topic)).allTopicNames().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new IllegalStateException("Kafka can't say whether topic " + topic + " exists: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka did not answer for " + ANSWER_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        return Optional.of(new ChangesTopic(clients.producer(clientId + "-" + database, PATIENCE), topic));
    }

    @Override
    public void deliver(List<Change> changes) throws InterruptedException {
        try {
            for (Change change : changes) {
                if (change instanceof Change.BarrierReached barrier) {
                    // After a change failed the producer may still deliver what was sent later, so a barrier must wait.
                    settle();
                    sendToAllPartitions(barrier);
                } else if (change instanceof Change.KeyChanged changed) {
                    underWay.add(producer.send(new ProducerRecord<>(topic, recordKey(changed), Json.bytes(change))));
                }
            }
            settle();
        } catch (InterruptException e) {
            throw new InterruptedException("interrupted while delivering to " + topic);
        }
    }

    /** Kafka's partitioner hashes this, so the changes of one row stay in one partition and in their order. */
    private static String recordKey(Change.KeyChanged changed) {
        return changed.table() + "|" + String.join("|", changed.key().values());
    }

    private void sendToAllPartitions(Change.BarrierReached barrier) {
        byte[] value = Json.bytes(barrier);
        int partitions = producer.partitionsFor(topic).size();
        for (int partition = 0; partition < partitions; partition++) {
            underWay.add(producer.send(new ProducerRecord<>(topic, partition, "barrier", value)));
        }
    }

    private void settle() throws InterruptedException {
        producer.flush();
        try {
            for (Future<?> sent : underWay) {
                sent.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka did not take changes into " + topic + ": " + e.getCause(), e);
        } finally {
            underWay.clear();
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
