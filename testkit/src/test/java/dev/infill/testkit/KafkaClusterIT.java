package dev.infill.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What tests rely on, embedded and with {@code -Dclusters=containers} alike. */
class KafkaClusterIT {
    @Test
    void isStartedOnce() {
        assertThat(Clusters.kafka()).isSameAs(Clusters.kafka());
    }

    @Test
    void keepsTestsApartByTheirPrefix() throws Exception {
        var first = Clusters.kafka().freshPrefix();
        var second = Clusters.kafka().freshPrefix();

        first.createTopic("same", 2);
        second.createTopic("same", 2);

        try (var admin = first.admin()) {
            assertThat(admin.listTopics().names().get())
                    .contains(first.prefix() + "same", second.prefix() + "same")
                    .doesNotContain("same");
        }
    }

    @Test
    void carriesTransactionsAndGroups() throws Exception {
        var kafka = Clusters.kafka().freshPrefix();
        String topic = kafka.createTopic("words", 1);

        try (var producer = new KafkaProducer<String, String>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", kafka.name("producer")),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "key", "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "key", "committed")).get();
            producer.commitTransaction();
        }

        assertThat(firstWords(kafka, topic)).containsExactly("committed");
    }

    private static List<String> firstWords(TestKafka kafka, String topic) {
        var words = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        kafka.name("group"),
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(Set.of(topic));
            Awaitility.await().pollInSameThread().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> words.add(record.value()));
                return !words.isEmpty();
            });
        }
        return words;
    }

    @Test
    void makesNoTopicThatNobodyCreated() throws Exception {
        var kafka = Clusters.kafka().freshPrefix();

        try (var producer = new KafkaProducer<byte[], byte[]>(Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "max.block.ms", "1000",
                "key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer",
                "value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer"))) {
            assertThat(producer.send(new ProducerRecord<>(kafka.name("absent"), new byte[] {1})))
                    .failsWithin(Duration.ofSeconds(20));
        }

        try (var admin = kafka.admin()) {
            assertThat(admin.listTopics().names().get()).doesNotContain(kafka.name("absent"));
        }
    }
}
