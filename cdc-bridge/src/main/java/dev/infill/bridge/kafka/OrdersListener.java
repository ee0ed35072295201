package dev.infill.bridge.kafka;

import dev.infill.bridge.change.CaptureOrders;
import dev.infill.kafka.KafkaClients;
import dev.infill.protocol.Directive;
import dev.infill.protocol.json.Json;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears the coordinator's directives from the beginning of the control topic on, in one thread of its own. */
public final class OrdersListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrdersListener.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration BACKOFF = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final String clientId;
    private final TopicPartition control;
    private final Thread thread;
    private volatile CaptureOrders orders = CaptureOrders.NONE;
    private volatile boolean caughtUp;
    private final CountDownLatch closing = new CountDownLatch(1);

    public OrdersListener(KafkaClients clients, String clientId) {
        this.clients = clients;
        this.clientId = clientId;
        this.control = new TopicPartition(clients.settings().topics().control(), 0);
        this.thread = new Thread(this::listen, clientId);
        thread.setDaemon(true);
        thread.start();
    }

    /** What the coordinator wants, as far as it was heard. */
    public CaptureOrders orders() {
        return orders;
    }

    /** Whether everything that was in the topic at the start has been heard. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Whether the thread still listens. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    private void listen() {
        while (open()) {
            try (Consumer<String, byte[]> consumer = clients.broadcastConsumer(clientId)) {
                hear(consumer);
            } catch (InterruptException | WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("The control topic {} can't be read, trying again: {}", control.topic(), e.getMessage());
                pause();
            }
        }
    }

    private void hear(Consumer<String, byte[]> consumer) {
        while (open() && consumer.partitionsFor(control.topic()).isEmpty()) {
            pause();
        }
        consumer.assign(List.of(control));
        consumer.seekToBeginning(List.of(control));
        while (open()) {
            consumer.poll(POLL).forEach(this::take);
            if (!caughtUp) {
                caughtUp = consumer.currentLag(control).orElse(1) == 0;
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            orders = orders.without(record.key());
            return;
        }
        try {
            orders = orders.with(Json.read(record.value(), Directive.class));
        } catch (UncheckedIOException e) {
            LOG.warn("A directive at offset {} of {} can't be read and is ignored", record.offset(), control.topic());
        }
    }

    private void pause() {
        try {
            closing.await(BACKOFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    private boolean open() {
        return closing.getCount() > 0;
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE.toMillis());
            // Whoever waits for a broker that is away would wait for a minute.
            thread.interrupt();
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
