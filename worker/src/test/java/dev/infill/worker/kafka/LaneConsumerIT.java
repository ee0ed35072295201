package dev.infill.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.protocol.Topics;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestKafka;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Place;
import dev.infill.worker.range.Turn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class LaneConsumerIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void commitsAnOffsetOnlyWhenTheWorkIsOver(TestKafka kafka) throws Exception {
        Group group = new Group(kafka, 1);
        CountDownLatch first = new CountDownLatch(1);
        group.send(0, "a", "b");
        try (LaneConsumer consumer = group.join("one", 1, (place, records) -> halt -> {
            first.await();
            return Turn.OVER;
        })) {
            await().atMost(LONG).until(() -> group.committed().equals(Map.of(0, 0L)));

            first.countDown();

            await().atMost(LONG).until(() -> group.committed().equals(Map.of(0, 2L)));
            assertThat(consumer.isAlive()).isTrue();
        }
    }

    @Test
    void worksALaneInOrderAndNoMoreLanesAtOnceThanAllowed(TestKafka kafka) throws Exception {
        Group group = new Group(kafka, 6);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Map<Integer, List<String>> seen = new ConcurrentHashMap<>();
        for (int partition = 0; partition < 6; partition++) {
            group.send(
                    partition,
                    IntStream.range(0, 30).mapToObj(Integer::toString).toArray(String[]::new));
        }
        try (LaneConsumer consumer = group.join("one", 2, (place, records) -> halt -> {
            most.accumulateAndGet(working.incrementAndGet(), Math::max);
            seen.computeIfAbsent(place.partition(), any -> new CopyOnWriteArrayList<>())
                    .add(text(records));
            working.decrementAndGet();
            return Turn.OVER;
        })) {
            await().atMost(LONG).until(() -> group.total() == 180);

            assertThat(consumer.isAlive()).isTrue();
            assertThat(most.get()).isLessThanOrEqualTo(2);
            assertThat(seen.values())
                    .hasSize(6)
                    .allSatisfy(texts -> assertThat(texts)
                            .containsExactlyElementsOf(IntStream.range(0, 30)
                                    .mapToObj(Integer::toString)
                                    .toList()));
        }
    }

    @Test
    void revocationStopsLanesAtABatchBoundaryAndTheNextOwnerGetsTheirTask(TestKafka kafka) throws Exception {
        Group group = new Group(kafka, 2);
        group.send(0, "task");
        group.send(1, "task");
        AtomicInteger stopped = new AtomicInteger();
        Set<Integer> begun = ConcurrentHashMap.newKeySet();
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        try (LaneConsumer first = group.join("one", 2, (place, records) -> halt -> {
            begun.add(place.partition());
            while (!halt.raised()) {
                halt.await(Duration.ofSeconds(1));
            }
            stopped.incrementAndGet();
            return Turn.STOPPED;
        })) {
            await().atMost(LONG).until(() -> begun.size() == 2);

            try (LaneConsumer second = group.join("two", 2, (place, records) -> halt -> {
                taken.add(place.partition());
                return Turn.OVER;
            })) {
                await().atMost(LONG).until(() -> taken.size() == 1);
                await().atMost(LONG).until(() -> group.total() == 1);
                assertThat(stopped.get()).isEqualTo(1);
                assertThat(first.isAlive() && second.isAlive()).isTrue();
            }
        }
        assertThat(stopped.get()).isEqualTo(2);
        assertThat(group.total()).isEqualTo(1);
    }

    @Test
    void givesAWaitingLanesSlotToOthers(TestKafka kafka) throws Exception {
        Group group = new Group(kafka, 2);
        group.send(0, "waits");
        group.send(1, "works");
        Set<Integer> over = ConcurrentHashMap.newKeySet();
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (LaneConsumer consumer = group.join("one", 1, (place, records) -> halt -> {
            if (text(records).equals("waits") && mayEnd.getCount() > 0) {
                return Turn.later(Duration.ofMillis(20));
            }
            over.add(place.partition());
            return Turn.OVER;
        })) {
            await().atMost(LONG).until(() -> over.equals(Set.of(1)));
            mayEnd.countDown();
            await().atMost(LONG).until(() -> over.equals(Set.of(0, 1)));
            assertThat(consumer.isAlive()).isTrue();
        }
    }

    @Test
    void survivesWorkThatFails(TestKafka kafka) throws Exception {
        Group group = new Group(kafka, 2);
        group.send(0, "bad");
        group.send(1, "good");
        try (LaneConsumer consumer = group.join("one", 1, (place, records) -> {
            if (text(records).equals("bad")) {
                throw new IllegalStateException("as this test wants it");
            }
            return halt -> Turn.OVER;
        })) {
            await().atMost(LONG).until(() -> group.committed().equals(Map.of(0, 0L, 1, 1L)));
            assertThat(consumer.isAlive()).isTrue();
        }
    }

    private static String text(List<byte[]> records) {
        return new String(records.get(0), StandardCharsets.UTF_8);
    }

    /** A group with one topic. */
    private static final class Group {
        private final KafkaSettings settings;
        private final String topic;

        Group(TestKafka kafka, int partitions) {
            topic = kafka.createTopic("lanes", partitions);
            settings =
                    new KafkaSettings(kafka.bootstrapServers(), new Topics(kafka.name("infill")), (short) 1, Map.of());
        }

        LaneConsumer join(String name, int slots, BiFunction<Place, List<byte[]>, LaneWork> work) {
            LaneConsumer consumer = new LaneConsumer(
                    new KafkaClients(settings),
                    new LaneSettings(name, topic + ".group", 1, 10, Duration.ofMillis(15), Duration.ZERO, slots),
                    () -> Set.of(topic),
                    portions ->
                            work.apply(portions.get(0).place(), portions.get(0).records()),
                    () -> Duration.ofNanos(System.nanoTime()));
            consumer.start();
            return consumer;
        }

        void send(int partition, String... values) throws ExecutionException, InterruptedException {
            try (Producer<String, byte[]> producer = new KafkaClients(settings).producer("test")) {
                for (String value : values) {
                    Future<?> sent = producer.send(
                            new ProducerRecord<>(topic, partition, "k", value.getBytes(StandardCharsets.UTF_8)));
                    sent.get();
                }
            }
        }

        Map<Integer, Long> committed() throws ExecutionException, InterruptedException {
            try (Admin admin = new KafkaClients(settings).admin("test")) {
                return admin
                        .listConsumerGroupOffsets(topic + ".group")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .entrySet()
                        .stream()
                        .filter(entry -> entry.getValue() != null)
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().partition(),
                                entry -> entry.getValue().offset()));
            }
        }

        long total() throws ExecutionException, InterruptedException {
            return committed().values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
