package dev.infill.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final TopicPartition A = new TopicPartition("changes", 0);
    private static final TopicPartition B = new TopicPartition("changes", 1);
    private static final TopicPartition ELSEWHERE = new TopicPartition("others", 0);

    private final List<Begun> begun = new CopyOnWriteArrayList<>();
    private final Lanes lanes = new Lanes(
            new LaneSettings("test", "test", 10, 10, Duration.ZERO, Duration.ZERO, 2),
            this::begin,
            () -> Duration.ofNanos(System.nanoTime()));

    /** A work whose turns end as the test says. */
    private static final class Begun implements LaneWork {
        private final List<Portion> portions;
        private final BlockingQueue<Turn> turns = new ArrayBlockingQueue<>(1);
        private final Set<Integer> over = ConcurrentHashMap.newKeySet();

        Begun(List<Portion> portions) {
            this.portions = portions;
        }

        @Override
        public Turn turn(Halt halt) throws InterruptedException {
            Turn said = turns.poll();
            while (said == null && !halt.raised()) {
                halt.await(Duration.ofMillis(1));
                said = turns.poll();
            }
            return said == null ? Turn.STOPPED : said;
        }

        @Override
        public boolean isOver(Place place) {
            return over.contains(place.partition());
        }

        List<Integer> partitions() {
            return portions.stream().map(portion -> portion.place().partition()).toList();
        }

        List<Integer> sizes() {
            return portions.stream().map(portion -> portion.records().size()).toList();
        }
    }

    private LaneWork begin(List<LaneWork.Portion> portions) {
        Begun work = new Begun(portions);
        begun.add(work);
        return work;
    }

    @AfterEach
    void close() {
        lanes.close();
    }

    private void add(TopicPartition partition, int records) {
        lanes.add(
                partition,
                IntStream.range(0, records)
                        .mapToObj(offset -> new ConsumerRecord<>(
                                partition.topic(), partition.partition(), offset, "k", new byte[] {1}))
                        .toList());
    }

    private void awaitBegun(int works) {
        await().until(() -> {
            lanes.turn();
            return begun.size() == works;
        });
    }

    @Test
    void lanesThatWaitAreWorkedTogetherUpToSoManyRecords() {
        lanes.open(List.of(A, B));
        add(A, 7);
        add(B, 7);

        awaitBegun(1);

        assertThat(begun.get(0).partitions()).containsExactly(0, 1);
        assertThat(begun.get(0).sizes()).containsExactly(7, 3);
        assertThat(lanes.drained()).isEmpty();
    }

    @Test
    void aLaneIsFullWithAPollsRecordsAndAllAreWithTwice() {
        lanes.open(List.of(A, B, ELSEWHERE));
        add(A, 10);
        add(B, 9);
        assertThat(lanes.full()).containsExactly(A);
        assertThat(lanes.drained()).containsExactly(ELSEWHERE);

        add(B, 1);

        assertThat(lanes.full()).containsExactlyInAnyOrder(A, B, ELSEWHERE);
        assertThat(lanes.drained()).isEmpty();
    }

    @Test
    void whatWaitsBehindALaneThatCannotGoOnStopsNoOther() {
        lanes.open(List.of(A, B));
        add(A, 1);
        awaitBegun(1);
        add(A, 25);

        assertThat(lanes.full()).containsExactly(A);
        assertThat(lanes.drained()).containsExactly(B);
    }

    @Test
    void lanesOfDifferentTopicsAreWorkedApart() {
        lanes.open(List.of(A, ELSEWHERE));
        add(A, 1);
        add(ELSEWHERE, 1);

        awaitBegun(2);

        assertThat(begun).allSatisfy(work -> assertThat(work.sizes()).containsExactly(1));
    }

    @Test
    void aLaneThatIsOverDoesNotWaitForTheOthers() {
        lanes.open(List.of(A, B));
        add(A, 2);
        add(B, 3);
        awaitBegun(1);

        begun.get(0).over.add(1);
        begun.get(0).turns.add(Turn.later(Duration.ZERO));

        await().until(() -> {
            lanes.turn();
            return lanes.drained().equals(List.of(B));
        });
        assertThat(lanes.uncommitted()).isEqualTo(Map.of(B, new OffsetAndMetadata(3)));
    }

    @Test
    void aLaneThatIsTakenAwayLeavesAndTheOthersGoOn() {
        lanes.open(List.of(A, B));
        add(A, 2);
        add(B, 3);
        awaitBegun(1);

        lanes.stop(List.of(A), Duration.ofSeconds(10));
        lanes.drop(List.of(A));
        lanes.turn();
        begun.get(0).turns.add(Turn.OVER);

        await().until(() -> {
            lanes.turn();
            return lanes.uncommitted().containsKey(B);
        });
        assertThat(begun).hasSize(1);
        assertThat(lanes.uncommitted()).containsOnlyKeys(B);
    }

    @Test
    void whatRestsGivesItsSlotToWhatWaits() {
        lanes.open(List.of(A, B, ELSEWHERE));
        add(A, 10);
        add(B, 10);
        add(ELSEWHERE, 1);
        awaitBegun(2);

        begun.forEach(work -> work.turns.add(Turn.later(Duration.ofHours(1))));

        awaitBegun(3);
        assertThat(begun.get(2).portions.get(0).place().topic()).isEqualTo(ELSEWHERE.topic());
    }
}
