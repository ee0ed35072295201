package dev.infill.worker.kafka;

import dev.infill.kafka.KafkaClients;
import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Result;
import dev.infill.protocol.json.Json;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells results and dead letters. Both are for eyes, the ledger has the truth: so whoever speaks never waits, and what
 * Kafka does not take in time is dropped.
 */
public final class Results implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Results.class);
    private static final int MOST_WAITING = 2000;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final KafkaClients clients;
    private final String clientId;
    private final BlockingQueue<ProducerRecord<String, byte[]>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile boolean closing;

    public Results(KafkaClients clients, String clientId) {
        this.clients = clients;
        this.clientId = clientId;
        this.thread = new Thread(this::run, clientId);
        thread.setDaemon(true);
    }

    /** Begins to send. */
    public void start() {
        thread.start();
    }

    /** Whether the thread turns. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Tells a result. */
    public void tell(Result result) {
        offer(clients.settings().topics().results(), result.migration(), result);
    }

    /** Tells of a row that can't be written. */
    public void tell(DeadLetter letter) {
        offer(clients.settings().topics().deadLetters(), letter.migration(), letter);
    }

    /** Sends what waits, for a bounded time. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(PATIENCE.toMillis());
            // The client may be waiting a minute for a broker or a topic that is not there.
            thread.interrupt();
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(String topic, String migration, Object message) {
        if (!waiting.offer(new ProducerRecord<>(topic, migration, Json.bytes(message)))) {
            LOG.debug("Kafka does not take results, one is dropped: topic={} migration={}", topic, migration);
        }
    }

    private void run() {
        Producer<String, byte[]> producer = clients.producer(clientId);
        try {
            while (!closing || !waiting.isEmpty()) {
                ProducerRecord<String, byte[]> next = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    send(producer, next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (InterruptException e) {
            LOG.debug("Kafka is not there, what waits is dropped", e);
        } finally {
            boolean ignored = Thread.interrupted();
            producer.close(PATIENCE);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of it
    private static void send(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record, (sent, failure) -> {
                if (failure != null) {
                    LOG.debug("A result was not sent: topic={}", record.topic(), failure);
                }
            });
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.debug("A result was not sent: topic={}", record.topic(), e);
        }
    }
}
