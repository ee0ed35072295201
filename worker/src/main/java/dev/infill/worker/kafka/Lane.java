package dev.infill.worker.kafka;

import dev.infill.worker.range.Halt;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Place;
import dev.infill.worker.range.Turn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition and what is queued of it, worked strictly in order. The poll thread owns it; a slot's thread sees the work
 * and the halt alone.
 */
final class Lane {
    private final TopicPartition partition;
    private final Deque<ConsumerRecord<String, byte[]>> queue = new ArrayDeque<>();
    private final Stop stop = new Stop();
    private @Nullable LaneWork work;
    private long workEnd;
    private boolean running;
    private Duration notBefore = Duration.ZERO;
    private long finished = -1;
    private long committed = -1;

    Lane(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    Halt halt() {
        return stop;
    }

    void add(List<ConsumerRecord<String, byte[]>> records) {
        queue.addAll(records);
    }

    boolean isDrained() {
        return work == null && queue.isEmpty();
    }

    boolean isRunning() {
        return running;
    }

    /** Whether a slot may take a turn of it now. */
    boolean isReady(Duration now) {
        return !running && !stop.raised() && !isDrained() && now.compareTo(notBefore) >= 0;
    }

    /** Begins a turn; the next work is made of the records in front, by the slot's thread. */
    LaneWork beginTurn(LaneWork.Source source, int recordsAtOnce) {
        LaneWork current = work;
        if (current == null) {
            List<byte[]> records = new ArrayList<>();
            while (!queue.isEmpty() && records.size() < recordsAtOnce) {
                ConsumerRecord<String, byte[]> record = queue.remove();
                workEnd = record.offset() + 1;
                if (record.value() != null) {
                    records.add(record.value());
                }
            }
            current = new Begun(source, new Place(partition.topic(), partition.partition()), records);
            work = current;
        }
        running = true;
        return current;
    }

    void endTurn(Turn turn, Duration now) {
        running = false;
        if (turn.over()) {
            work = null;
            finished = workEnd;
        } else {
            notBefore = now.plus(turn.rest());
        }
    }

    /** Stops the work at its next batch boundary; nothing more is begun. */
    void stop() {
        stop.raise();
    }

    /** The offset that may be committed and is not yet; negative: none. */
    long uncommitted() {
        return finished > committed ? finished : -1;
    }

    void committing(long offset) {
        committed = Math.max(committed, offset);
    }

    void notCommitted() {
        committed = -1;
    }

    /** Reads its records when its first turn comes: the poll thread has no time for that. */
    private static final class Begun implements LaneWork {
        private final Source source;
        private final Place place;
        private final List<byte[]> records;
        private @Nullable LaneWork delegate;

        Begun(Source source, Place place, List<byte[]> records) {
            this.source = source;
            this.place = place;
            this.records = records;
        }

        @Override
        public Turn turn(Halt halt) throws InterruptedException {
            if (records.isEmpty()) {
                return Turn.OVER;
            }
            if (delegate == null) {
                delegate = source.begin(place, records);
            }
            return delegate.turn(halt);
        }
    }

    private static final class Stop implements Halt {
        private final CountDownLatch latch = new CountDownLatch(1);

        void raise() {
            latch.countDown();
        }

        @Override
        public boolean raised() {
            return latch.getCount() == 0;
        }

        @Override
        @SuppressWarnings("ReturnValueIgnored") // whoever waited asks raised() anyway
        public void await(Duration time) throws InterruptedException {
            latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
