package dev.infill.worker.kafka;

import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Portion;
import dev.infill.worker.range.MonotonicTime;
import dev.infill.worker.range.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes that are ours and the slots that work them. The poll thread alone calls it; slots put what they finished into
 * a queue. A lane gets no more records when it has a poll's waiting, or any behind those that it works, until it has worked
 * them all; and no lane does while two polls' records wait for a slot. So a worker's memory does not depend on how much there is
 * to do, and a lane that can't go on keeps no other from going on.
 *
 * <p>A free slot takes the records of all lanes that wait, up to {@link LaneSettings#recordsAtOnce}: the busier the slots,
 * the more lanes share a transaction.
 */
final class Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private final LaneSettings settings;
    private final LaneWork.Source source;
    private final MonotonicTime time;
    private final ExecutorService slots;
    private final Map<TopicPartition, Lane> lanes = new LinkedHashMap<>();
    /** Those that are not over, the one that had its turn longest ago first. */
    private final Set<Convoy> convoys = new LinkedHashSet<>();

    private final LinkedBlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private int busy;

    Lanes(LaneSettings settings, LaneWork.Source source, MonotonicTime time) {
        this.settings = settings;
        this.source = source;
        this.time = time;
        AtomicInteger number = new AtomicInteger();
        this.slots = Executors.newFixedThreadPool(settings.slots(), task -> {
            Thread thread = new Thread(task, settings.name() + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    void open(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> lanes.put(partition, new Lane(partition)));
    }

    void add(TopicPartition partition, List<ConsumerRecord<String, byte[]>> records) {
        Lane lane = lanes.get(partition);
        if (lane != null) {
            lane.add(records);
        }
    }

    /** Whether anything is being worked or waits for its turn, so that the poll thread should look again soon. */
    boolean isBusy() {
        return lanes.values().stream().anyMatch(lane -> !lane.isDrained());
    }

    /** Takes in what slots have ended, and gives free slots their next turns. */
    void turn() {
        for (Ended next = ended.poll(); next != null; next = ended.poll()) {
            takeIn(next);
        }
        Duration now = time.now();
        for (Convoy convoy : List.copyOf(convoys)) {
            if (busy < settings.slots() && convoy.isReady(now)) {
                start(convoy);
            }
        }
        while (busy < settings.slots()) {
            Optional<Convoy> next = gather();
            if (next.isEmpty()) {
                return;
            }
            start(next.get());
        }
    }

    /** The longest waiting lane and others of its topic; empty when none waits. */
    private Optional<Convoy> gather() {
        List<Lane> joined = new ArrayList<>();
        List<Portion> portions = new ArrayList<>();
        int room = settings.recordsAtOnce();
        for (Lane lane : lanes.values()) {
            boolean fits = joined.isEmpty()
                    || lane.partition().topic().equals(joined.get(0).partition().topic());
            if (room > 0 && fits && lane.isReady()) {
                int before = lane.queued();
                portions.add(lane.take(room));
                room -= before - lane.queued();
                joined.add(lane);
            }
        }
        if (joined.isEmpty()) {
            return Optional.empty();
        }
        // To the end, so that lanes take turns when there are more of them than slots.
        for (Lane lane : joined) {
            lanes.remove(lane.partition());
            lanes.put(lane.partition(), lane);
        }
        return Optional.of(new Convoy(source, joined, portions));
    }

    /**
     * Waits until a slot has ended its turn or a rest is over, but not for longer than that; not at all for a negative time.
     */
    void await(Duration atMost) {
        try {
            Ended next = ended.poll(untilReady(atMost).toNanos(), TimeUnit.NANOSECONDS);
            if (next != null) {
                takeIn(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration untilReady(Duration atMost) {
        if (busy == settings.slots()) {
            return atMost;
        }
        Duration now = time.now();
        return convoys.stream()
                .filter(convoy -> !convoy.isRunning())
                .map(convoy -> convoy.untilReady(now))
                .reduce(atMost, (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }

    /** The partitions that should get no more for now. */
    List<TopicPartition> full() {
        boolean areAll = areFull();
        return lanes.values().stream()
                .filter(lane -> areAll || lane.queued() >= settings.recordsPerPoll() || lane.hasMoreBehind())
                .map(Lane::partition)
                .toList();
    }

    /** The partitions that have nothing queued and may get more. */
    List<TopicPartition> drained() {
        return areFull()
                ? List.of()
                : lanes.values().stream()
                        .filter(Lane::isDrained)
                        .map(Lane::partition)
                        .toList();
    }

    private boolean areFull() {
        int waiting = lanes.values().stream()
                .filter(Lane::isReady)
                .mapToInt(Lane::queued)
                .sum();
        return waiting >= 2 * settings.recordsPerPoll();
    }

    /** Offsets of finished work that were not committed yet. */
    Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        lanes.forEach((partition, lane) -> {
            if (lane.uncommitted() >= 0) {
                offsets.put(partition, new OffsetAndMetadata(lane.uncommitted()));
            }
        });
        return offsets;
    }

    /** Offsets of all finished work, whatever was asked to be committed before: an answer may never have come. */
    Map<TopicPartition, OffsetAndMetadata> finished() {
        notCommitted();
        return uncommitted();
    }

    void committing(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            Lane lane = lanes.get(partition);
            if (lane != null) {
                lane.committing(offset.offset());
            }
        });
    }

    /** A commit failed: what it said is to be said again. */
    void notCommitted() {
        lanes.values().forEach(Lane::notCommitted);
    }

    /** Stops these lanes at their next batch boundary and waits for it, but not for longer than that. */
    void stop(Collection<TopicPartition> partitions, Duration patience) {
        List<Lane> stopped =
                partitions.stream().map(lanes::get).filter(Objects::nonNull).toList();
        stopped.forEach(Lane::stop);
        convoys.removeIf(Convoy::isOver);
        Duration deadline = time.now().plus(patience);
        try {
            while (stopped.stream().anyMatch(Lane::isRunning)) {
                Duration left = deadline.minus(time.now());
                Ended next = left.isNegative() ? null : ended.poll(left.toNanos(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    LOG.info(
                            "Lanes did not come to a batch boundary in time; their claims fence them: group={}",
                            settings.group());
                    return;
                }
                takeIn(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go of lanes and of what is queued in them; it will be delivered to their next owner. */
    void drop(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.remove(partition);
            if (lane != null) {
                lane.stop();
            }
        }
        convoys.removeIf(Convoy::isOver);
    }

    Collection<TopicPartition> partitions() {
        return List.copyOf(lanes.keySet());
    }

    /** Ends the slots' threads. */
    void close() {
        slots.shutdownNow();
    }

    private void start(Convoy convoy) {
        Halt halt = convoy.beginTurn();
        busy++;
        convoys.remove(convoy);
        convoys.add(convoy);
        slots.execute(() -> ended.add(new Ended(convoy, run(convoy.work(), halt))));
    }

    private Turn run(LaneWork work, Halt halt) {
        try {
            return work.turn(halt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Turn.STOPPED;
        } catch (RuntimeException | Error e) {
            LOG.error("Work failed unexpectedly and is tried again: group={}", settings.group(), e);
            return Turn.later(Duration.ofSeconds(5));
        }
    }

    private void takeIn(Ended next) {
        busy--;
        next.convoy().endTurn(next.turn(), time.now());
        if (next.convoy().isOver()) {
            convoys.remove(next.convoy());
        }
    }

    private record Ended(Convoy convoy, Turn turn) {}
}
