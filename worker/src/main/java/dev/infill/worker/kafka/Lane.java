package dev.infill.worker.kafka;

import dev.infill.worker.range.LaneWork.Place;
import dev.infill.worker.range.LaneWork.Portion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A partition and what is queued of it, worked strictly in order. The poll thread alone sees it. */
final class Lane {
    private final TopicPartition partition;
    private final Deque<ConsumerRecord<String, byte[]>> queue = new ArrayDeque<>();
    private @Nullable Convoy convoy;
    private boolean stopped;
    private long takenEnd;
    private long finished = -1;
    private long committed = -1;

    Lane(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    Place place() {
        return new Place(partition.topic(), partition.partition());
    }

    void add(List<ConsumerRecord<String, byte[]>> records) {
        queue.addAll(records);
    }

    /** How many records wait. */
    int queued() {
        return queue.size();
    }

    boolean isDrained() {
        return convoy == null && queue.isEmpty();
    }

    /** Whether records wait behind those that are worked. */
    boolean hasMoreBehind() {
        return convoy != null && !queue.isEmpty();
    }

    boolean isRunning() {
        return convoy != null && convoy.isRunning();
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether its next records may be worked. */
    boolean isReady() {
        return convoy == null && !stopped && !queue.isEmpty();
    }

    /** Takes the records in front. */
    Portion take(int atMost) {
        List<byte[]> records = new ArrayList<>();
        for (int taken = 0; taken < atMost && !queue.isEmpty(); taken++) {
            ConsumerRecord<String, byte[]> record = queue.remove();
            takenEnd = record.offset() + 1;
            if (record.value() != null) {
                records.add(record.value());
            }
        }
        return new Portion(place(), records);
    }

    /** What it took is worked in this convoy. */
    void join(Convoy taken) {
        convoy = taken;
    }

    /** What it took is dealt with for good, or is not its concern any more. */
    void leave(boolean dealtWith) {
        convoy = null;
        if (dealtWith) {
            finished = takenEnd;
        }
    }

    /** Stops its work at the next batch boundary; nothing more is begun. */
    void stop() {
        stopped = true;
        if (convoy != null) {
            convoy.stop();
        }
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
}
