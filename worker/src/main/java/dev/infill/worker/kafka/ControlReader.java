package dev.infill.worker.kafka;

import dev.infill.kafka.KafkaClients;
import dev.infill.protocol.Directive;
import dev.infill.protocol.json.Json;
import dev.infill.worker.range.Directives;
import dev.infill.worker.range.MonotonicTime;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the control topic from its beginning and for ever, and knows what the coordinators want. */
public final class ControlReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BACKOFF = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final String clientId;
    private final InstantSource clock;
    private final MonotonicTime time;
    private final TopicPartition control;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Directives directives = Directives.NONE;
    private volatile boolean caughtUp;

    public ControlReader(KafkaClients clients, String clientId, InstantSource clock, MonotonicTime time) {
        this.clients = clients;
        this.clientId = clientId;
        this.clock = clock;
        this.time = time;
        this.control = new TopicPartition(clients.settings().topics().control(), 0);
        this.thread = new Thread(this::run, clientId);
        thread.setDaemon(true);
    }

    /** Begins to read. */
    public void start() {
        thread.start();
    }

    /** What was heard last. */
    public Directives directives() {
        return directives;
    }

    /** Whether everything was read once that was in the topic at the start. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** Whether the thread turns. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (closing.getCount() > 0) {
            try {
                readWithNewConsumer();
            } catch (KafkaException e) {
                LOG.warn("Directives can't be read and are asked for again: {}", e.toString());
            } catch (RuntimeException e) {
                LOG.error("Reading directives failed unexpectedly and is begun anew", e);
            }
            pause();
        }
    }

    private void readWithNewConsumer() {
        Consumer<String, byte[]> consumer = clients.broadcastConsumer(clientId);
        try {
            read(consumer);
        } finally {
            consumer.close(CloseOptions.timeout(PATIENCE));
        }
    }

    private void read(Consumer<String, byte[]> consumer) {
        while (consumer.partitionsFor(control.topic(), PATIENCE).isEmpty()) {
            if (pause()) {
                return;
            }
        }
        consumer.assign(List.of(control));
        consumer.seekToBeginning(List.of(control));
        long end = consumer.endOffsets(List.of(control), PATIENCE).getOrDefault(control, 0L);
        while (closing.getCount() > 0) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                hear(record, record.offset() < end);
            }
            caughtUp = caughtUp || consumer.position(control, PATIENCE) >= end;
        }
    }

    /** What lay in the topic before we came may have been said long ago; its age counts. */
    private void hear(ConsumerRecord<String, byte[]> record, boolean isOld) {
        if (record.value() == null) {
            directives = directives.forget(record.key());
            return;
        }
        Duration age = isOld ? Duration.ofMillis(Math.max(0, clock.millis() - record.timestamp())) : Duration.ZERO;
        try {
            Directive directive = Json.read(record.value(), Directive.class);
            directives = directives.hear(directive, time.now().minus(age));
        } catch (UncheckedIOException | IllegalArgumentException e) {
            LOG.warn(
                    "A record that is no directive was passed over: topic={} offset={}",
                    control.topic(),
                    record.offset());
        }
    }

    /** Waits a little; true when we are closing. */
    private boolean pause() {
        try {
            return closing.await(BACKOFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
