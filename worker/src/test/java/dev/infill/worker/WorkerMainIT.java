package dev.infill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.protocol.Change.BarrierReached;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Key;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Part;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.TestKafka;
import dev.infill.worker.scene.Scene;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class WorkerMainIT {
    @Test
    void fillsRangesAndCommitsTheirTasks(TestDatabase database, TestKafka kafka) throws Exception {
        Scene scene = Scene.orders(database, 5000).cutAt(1000, 2000, 3000, 4000);
        KafkaSettings settings = settings(kafka, 4);
        say(settings, Order.RUN);
        for (int range = 0; range < 5; range++) {
            send(settings, settings.topics().tasks(Scene.NAME), range % 4, scene.task(1, TaskKind.FILL, range));
        }

        try (Part worker = start(scene, settings, "w1")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> scene.number("SELECT count(*) FROM infill.range WHERE state = 'done'") == 5);

            assertThat(scene.wrongRows()).isZero();
            await().atMost(Duration.ofSeconds(10)).until(() -> committedTasks(settings) == 5);
            assertThat(worker.isReady()).isTrue();
        }
        assertThat(scene.number("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'infill worker%'"
                        + " AND datname = current_database()"))
                .isZero();
    }

    @Test
    void repairsChangedRowsAndReportsTheBarrierBehindThem(TestDatabase database, TestKafka kafka) throws Exception {
        Scene scene = Scene.orders(database, 100).cutAt(new long[0]);
        database.execute("INSERT INTO infill.barrier (partitions) VALUES (2)");
        KafkaSettings settings = settings(kafka, 1);
        say(settings, Order.HOLD);
        String changes = settings.topics().changes(Scene.DATABASE);
        send(settings, changes, 1, new KeyChanged(Scene.ORDERS, Key.of("5"), 3, 0, 0));
        send(settings, changes, 1, new BarrierReached(1));
        send(settings, changes, 0, new BarrierReached(1));

        try (Part worker = start(scene, settings, "w1")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> scene.number("SELECT count(*) FROM infill.barrier_passed") == 2);

            assertThat(worker.isAlive()).isTrue();
            assertThat(scene.number("SELECT total_cents FROM orders WHERE id = 5"))
                    .isEqualTo(50);
            assertThat(scene.number("SELECT count(*) FROM orders WHERE total_cents IS NOT NULL"))
                    .isEqualTo(1);
            assertThat(scene.number("SELECT sum(repaired) FROM infill.repair")).isEqualTo(1);
        }
    }

    @Test
    void drainsAtABatchBoundaryWhenItIsClosedInTheMiddleOfARange(TestDatabase database, TestKafka kafka)
            throws Exception {
        Scene scene = Scene.orders(database, 20_000).cutAt(new long[0]);
        KafkaSettings settings = settings(kafka, 1);
        say(settings, Order.RUN, 0.01);
        send(settings, settings.topics().tasks(Scene.NAME), 0, scene.task(1, TaskKind.FILL, 0));

        try (Part worker = start(scene, settings, "w1")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> scene.number("SELECT rows_changed FROM infill.range") > 0);
            assertThat(worker.isAlive()).isTrue();
        }

        assertThat(scene.state(0)).isEqualTo("running");
        assertThat(scene.number("SELECT rows_read FROM infill.range")).isLessThan(20_000);
        assertThat(committedTasks(settings)).isZero();
        say(settings, Order.RUN, 1);
        try (Part next = start(scene, settings, "w2")) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> scene.state(0).equals("done") && committedTasks(settings) == 1);
            assertThat(next.isReady()).isTrue();
        }
        assertThat(scene.wrongRows()).isZero();
        assertThat(scene.number("SELECT rows_read FROM infill.range")).isEqualTo(20_000);
    }

    @Test
    void repairsABurstOfChangesAndTellsHowStaleTheyWere(TestDatabase database, TestKafka kafka) throws Exception {
        Scene scene = Scene.orders(database, 20_000);
        database.execute("INSERT INTO infill.barrier (partitions) VALUES (2)");
        KafkaSettings settings = settings(kafka, 1);
        say(settings, Order.RUN, 1);
        String changes = settings.topics().changes(Scene.DATABASE);
        long now = Instant.now().toEpochMilli() * 1000;
        try (Producer<String, byte[]> producer = new KafkaClients(settings).producer("test")) {
            for (int id = 1; id <= 20_000; id++) {
                KeyChanged change = new KeyChanged(Scene.ORDERS, Key.of(Integer.toString(id)), 3, 0, now);
                Future<?> sent = producer.send(new ProducerRecord<>(changes, id % 2, "k", Json.bytes(change)));
                assertThat(sent.isCancelled()).isFalse();
            }
            producer.flush();
        }
        send(settings, changes, 0, new BarrierReached(1));
        send(settings, changes, 1, new BarrierReached(1));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();

        try (Part worker =
                WorkerMain.start(new WorkerConfig("w1", List.of(scene.target()), settings, 2, List.of()), meters)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> scene.number("SELECT count(*) FROM infill.barrier_passed") == 2);

            assertThat(worker.isAlive()).isTrue();
            assertThat(scene.wrongRows()).isZero();
            assertThat(scene.number("SELECT sum(changes) FROM infill.repair")).isEqualTo(20_000);
            assertThat(meters.counter("infill.rows.repaired").count()).isEqualTo(20_000 - 20_000 / 7);
            assertThat(meters.timer("infill.staleness").count()).isEqualTo(20_000);
        }
    }

    private static KafkaSettings settings(TestKafka kafka, int lanes) {
        Topics topics = new Topics(kafka.name("infill"));
        kafka.createTopic("infill.control", 1);
        kafka.createTopic("infill.results", 1);
        kafka.createTopic("infill.dead-letters", 1);
        kafka.createTopic("infill.tasks." + Scene.NAME, lanes);
        kafka.createTopic("infill.changes." + Scene.DATABASE, 2);
        return new KafkaSettings(kafka.bootstrapServers(), topics, (short) 1, Map.of());
    }

    private static Part start(Scene scene, KafkaSettings settings, String id) {
        return WorkerMain.start(
                new WorkerConfig(id, List.of(scene.target()), settings, 2, List.of()), new SimpleMeterRegistry());
    }

    private static void say(KafkaSettings settings, Order order) throws Exception {
        say(settings, order, 1);
    }

    private static void say(KafkaSettings settings, Order order, double pace) throws Exception {
        Directive directive = new Directive(
                Scene.NAME,
                Scene.DATABASE,
                Scene.ORDERS,
                1,
                order,
                true,
                new Pace(pace, null),
                Ownership.DERIVED,
                Instant.now());
        send(settings, settings.topics().control(), 0, directive);
    }

    private static void send(KafkaSettings settings, String topic, int partition, Object message) throws Exception {
        try (Producer<String, byte[]> producer = new KafkaClients(settings).producer("test")) {
            producer.send(new ProducerRecord<>(topic, partition, Scene.NAME, Json.bytes(message)))
                    .get();
        }
    }

    private static long committedTasks(KafkaSettings settings) throws ExecutionException, InterruptedException {
        try (Admin admin = new KafkaClients(settings).admin("test")) {
            return admin
                    .listConsumerGroupOffsets(settings.topics().workersGroup())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .filter(entry -> isTask(entry.getKey()) && entry.getValue() != null)
                    .mapToLong(entry -> entry.getValue().offset())
                    .sum();
        }
    }

    private static boolean isTask(TopicPartition partition) {
        return partition.topic().contains(".tasks.");
    }
}
