package dev.infill.coordinator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.protocol.RangeState;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.Result;
import dev.infill.protocol.Result.RangeReported;
import dev.infill.protocol.Result.Rows;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What only a real broker shows: missing topics, transactions, leaving the group, two coordinators. */
@ExtendWith(ClusterExtension.class)
class ProgressStreamIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String MIGRATION = "orders-total-cents";

    @Test
    void comesUpWhenItsTopicsDo(TestKafka kafka, @TempDir Path directory) {
        KafkaClients clients = clients(kafka);
        try (ProgressStream stream = new ProgressStream(clients, "a", directory, () -> true)) {
            stream.start();
            createTopics(kafka, clients.settings().topics());
            say(clients, 100);

            await().atMost(SOON).untilAsserted(() -> assertThat(rows(stream)).isEqualTo(100));
            assertThat(stream.isRunning()).isTrue();
        }
    }

    @Test
    void everyCoordinatorKnowsAndTheNextOneGoesOn(TestKafka kafka, @TempDir Path first, @TempDir Path second) {
        KafkaClients clients = clients(kafka);
        createTopics(kafka, clients.settings().topics());
        ProgressStream one = new ProgressStream(clients, "a", first, () -> true);
        one.start();
        say(clients, 100);
        try (ProgressStream other = new ProgressStream(clients, "b", second, () -> true)) {
            await().atMost(SOON).untilAsserted(() -> assertThat(rows(one)).isEqualTo(100));
            other.start();
            await().atMost(SOON).untilAsserted(() -> assertThat(rows(other)).isEqualTo(100));

            one.close();
            one.close();
            say(clients, 250);

            // Well under the 45 seconds that a group waits for a member that did not say good-bye.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(rows(other)).isEqualTo(250));
            assertThat(one.isRunning()).isFalse();
            assertThat(one.progress(MIGRATION)).isEmpty();
        }
    }

    private static KafkaClients clients(TestKafka kafka) {
        Topics topics = new Topics(kafka.prefix() + "infill");
        return new KafkaClients(new KafkaSettings(kafka.bootstrapServers(), topics, (short) 1, Map.of()));
    }

    private static void createTopics(TestKafka kafka, Topics topics) {
        kafka.createTopic(topics.results().substring(kafka.prefix().length()), 2);
        kafka.createTopic(topics.progress().substring(kafka.prefix().length()), 2);
    }

    private static void say(KafkaClients clients, long rowsRead) {
        RangeTask task = new RangeTask(MIGRATION, "shop", 1, TaskKind.FILL, 0);
        Result result = new RangeReported(
                MIGRATION, Instant.EPOCH, task, RangeState.RUNNING, 1, new Rows(rowsRead, rowsRead), "w1");
        try (Producer<String, byte[]> producer = clients.producer("test")) {
            var unused = producer.send(
                    new ProducerRecord<>(clients.settings().topics().results(), MIGRATION, Json.bytes(result)));
        }
    }

    private static long rows(ProgressStream stream) {
        return stream.progress(MIGRATION)
                .map(progress -> progress.rows().read())
                .orElse(-1L);
    }
}
