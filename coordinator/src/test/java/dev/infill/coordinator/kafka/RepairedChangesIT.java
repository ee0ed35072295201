package dev.infill.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestKafka;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class RepairedChangesIT {
    @Test
    void whatWasRepairedIsDeletedAndNothingElse(TestKafka kafka) throws Exception {
        String topic = kafka.createTopic("changes.shop", 2);
        String group = kafka.name("repair");
        write(kafka, topic, 10);
        try (Admin admin = kafka.admin()) {
            RepairedChanges changes = new RepairedChanges(admin, group);

            assertThat(changes.delete(topic, 2)).isEqualTo(Map.of(0, 0L, 1, 0L));

            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(6)))
                    .all()
                    .get();
            assertThat(changes.delete(topic, 2)).isEqualTo(Map.of(0, 6L, 1, 0L));
            assertThat(changes.begins(topic, 2)).isEqualTo(Map.of(0, 6L, 1, 0L));
            assertThat(changes.areRepaired(topic, Map.of(0, 6L, 1, 0L))).isTrue();
            assertThat(changes.areRepaired(topic, Map.of(0, 7L, 1, 0L))).isFalse();
            assertThat(changes.areRepaired(topic, Map.of(0, 6L, 1, 1L))).isFalse();
        }
    }

    private static void write(TestKafka kafka, String topic, int records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[1])).get();
            }
        }
    }
}
