package dev.infill.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Opens Kafka clients. Keys are strings, values bytes of JSON; whoever opens a client closes it. */
public final class KafkaClients {
    /** A partition that was paused is in no fetch before the one under way has ended. */
    private static final int FETCH_MILLIS = 200;

    private static final int REQUEST_MILLIS = 10_000;

    private final KafkaSettings settings;

    public KafkaClients(KafkaSettings settings) {
        this.settings = settings;
    }

    /** Where these clients go. */
    public KafkaSettings settings() {
        return settings;
    }

    /** An admin client. */
    public Admin admin(String clientId) {
        return Admin.create(settings.base(clientId));
    }

    /**
     * How long a producer keeps trying.
     *
     * @param block {@code send} itself, while Kafka is away
     * @param delivery from {@code send} to the answer. After a broker was killed it may refuse a producer's next numbers for ever
     *     (OUT_OF_ORDER_SEQUENCE_NUMBER); only a new producer helps, so whoever opens a new one must not be too patient
     */
    public record Patience(Duration block, Duration delivery) {
        /** Of a producer that is kept. */
        public static final Patience USUAL = new Patience(Duration.ofMinutes(1), Duration.ofMinutes(2));
    }

    /** An idempotent producer without transactions, because transaction markers would count as consumer lag for ever. */
    public Producer<String, byte[]> producer(String clientId) {
        return producer(clientId, Patience.USUAL);
    }

    /** The same with another patience. */
    public Producer<String, byte[]> producer(String clientId, Patience patience) {
        Map<String, Object> properties = settings.base(clientId);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.block().toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        properties.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Math.toIntExact(patience.delivery().toMillis()));
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    /** A member of a group. Offsets are committed by hand; a partition without one starts at its beginning. */
    public Consumer<String, byte[]> groupConsumer(String clientId, String group, int atMost) {
        Map<String, Object> properties = new HashMap<>(settings.base(clientId));
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, atMost);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MILLIS);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1500);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5000);
        properties.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** A consumer without a group, for topics that everybody reads from the beginning. */
    public Consumer<String, byte[]> broadcastConsumer(String clientId) {
        Map<String, Object> properties = settings.base(clientId);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Everything a Kafka Streams application needs to get in. */
    public Map<String, Object> streams(String clientId) {
        return new HashMap<>(settings.base(clientId));
    }
}
