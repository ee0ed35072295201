package dev.infill.worker.kafka;

import dev.infill.kafka.KafkaClients;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.MonotonicTime;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group whose partitions are lanes. One thread polls, commits and hands out work, and never waits for it: so
 * the group sees us alive however long a range takes. Offsets are committed only after the work says that it is over.
 */
public final class LaneConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneConsumer.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration REVOCATION_PATIENCE = Duration.ofSeconds(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(3);
    private static final Duration BACKOFF = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final LaneSettings settings;
    private final Supplier<Set<String>> topics;
    private final MonotonicTime time;
    private final Lanes lanes;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<TopicPartition> unseeded = new HashSet<>();
    private Set<String> subscribed = Set.of();
    private Duration noCommitBefore = Duration.ZERO;
    private Duration nextCommit = Duration.ZERO;
    private Duration nextPoll = Duration.ZERO;

    public LaneConsumer(
            KafkaClients clients,
            LaneSettings settings,
            Supplier<Set<String>> topics,
            LaneWork.Source source,
            MonotonicTime time) {
        this.clients = clients;
        this.settings = settings;
        this.topics = topics;
        this.time = time;
        this.lanes = new Lanes(settings, source, time);
        this.thread = new Thread(this::run, settings.name());
        thread.setDaemon(true);
    }

    /** Begins to poll. */
    public void start() {
        thread.start();
    }

    /** Whether the poll thread turns. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Finishes the batches that run, commits what is over and leaves the group. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_PATIENCE.plus(KAFKA_PATIENCE.multipliedBy(2)).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                member();
                pause();
            }
        } finally {
            lanes.close();
        }
    }

    /** One life of a consumer; ends when we are closing, or with an error that it can't survive. */
    private void member() {
        try {
            Consumer<String, byte[]> consumer =
                    clients.groupConsumer(settings.name(), settings.group(), settings.recordsPerPoll());
            try {
                while (closing.getCount() > 0) {
                    step(consumer);
                }
            } finally {
                leave(consumer);
            }
        } catch (KafkaException e) {
            LOG.warn("Kafka refused and is asked again: group={} {}", settings.group(), e.toString());
        } catch (RuntimeException e) {
            LOG.error("A consumer failed unexpectedly and is opened anew: group={}", settings.group(), e);
        }
    }

    private void step(Consumer<String, byte[]> consumer) {
        if (!resubscribe(consumer)) {
            pause();
            return;
        }
        if (time.now().compareTo(nextPoll) >= 0) {
            poll(consumer);
        }
        lanes.turn();
        commit(consumer);
        lanes.await(nextPoll.minus(time.now()));
    }

    /** Looks for records; waits for them where nothing else is to be done. */
    private void poll(Consumer<String, byte[]> consumer) {
        ConsumerRecords<String, byte[]> records = consumer.poll(lanes.isBusy() ? Duration.ZERO : IDLE_POLL);
        for (TopicPartition partition : records.partitions()) {
            lanes.add(partition, records.records(partition));
        }
        consumer.pause(lanes.full());
        consumer.resume(lanes.drained());
        seedOffsets(consumer);
        nextPoll = time.now().plus(lanes.isBusy() ? settings.gathering() : Duration.ZERO);
    }

    /** Follows the directives; false while there is nothing to subscribe to. */
    private boolean resubscribe(Consumer<String, byte[]> consumer) {
        Set<String> wanted = topics.get();
        if (!wanted.equals(subscribed)) {
            LOG.info("Subscribing: group={} topics={}", settings.group(), wanted);
            // An empty list would drop the partitions without asking the lanes to stop first.
            if (wanted.isEmpty()) {
                stop(consumer, lanes.partitions(), REVOCATION_PATIENCE);
                consumer.unsubscribe();
            } else {
                consumer.subscribe(wanted, new Rebalance(consumer));
            }
            subscribed = Set.copyOf(wanted);
        }
        return !wanted.isEmpty();
    }

    private void commit(Consumer<String, byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = lanes.uncommitted();
        Duration now = time.now();
        if (offsets.isEmpty() || now.compareTo(noCommitBefore) < 0 || now.compareTo(nextCommit) < 0) {
            return;
        }
        nextCommit = now.plus(settings.commitEvery());
        lanes.committing(offsets);
        consumer.commitAsync(offsets, (said, failure) -> {
            if (failure != null) {
                LOG.debug("Offsets could not be committed and will be again: group={}", settings.group(), failure);
                lanes.notCommitted();
                noCommitBefore = time.now().plus(BACKOFF);
            }
        });
    }

    /** A partition without a committed offset is invisible to lag monitors: its begin is committed at once. */
    private void seedOffsets(Consumer<String, byte[]> consumer) {
        if (unseeded.isEmpty() || time.now().compareTo(noCommitBefore) < 0) {
            return;
        }
        try {
            Set<TopicPartition> missing = new HashSet<>(unseeded);
            consumer.committed(unseeded, KAFKA_PATIENCE).forEach((partition, offset) -> {
                if (offset != null) {
                    missing.remove(partition);
                }
            });
            if (!missing.isEmpty()) {
                Map<TopicPartition, OffsetAndMetadata> begins = new HashMap<>();
                consumer.beginningOffsets(missing, KAFKA_PATIENCE)
                        .forEach((partition, offset) -> begins.put(partition, new OffsetAndMetadata(offset)));
                consumer.commitSync(begins, KAFKA_PATIENCE);
            }
            unseeded.clear();
        } catch (KafkaException e) {
            LOG.debug("First offsets could not be committed and will be again: group={}", settings.group(), e);
            noCommitBefore = time.now().plus(BACKOFF);
        }
    }

    /** Stops lanes, commits what they finished and lets go of them. */
    private void stop(Consumer<String, byte[]> consumer, Collection<TopicPartition> partitions, Duration patience) {
        lanes.stop(partitions, patience);
        Map<TopicPartition, OffsetAndMetadata> offsets = lanes.finished();
        offsets.keySet().retainAll(partitions);
        try {
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets, KAFKA_PATIENCE);
            }
        } catch (KafkaException e) {
            LOG.info(
                    "Offsets of finished work could not be committed; it is delivered again and skipped: {}",
                    e.toString());
        } finally {
            forget(partitions);
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        lanes.drop(partitions);
        unseeded.removeAll(partitions);
    }

    private void leave(Consumer<String, byte[]> consumer) {
        stop(consumer, lanes.partitions(), CLOSE_PATIENCE);
        subscribed = Set.of();
        consumer.close(CloseOptions.timeout(KAFKA_PATIENCE));
    }

    private void pause() {
        try {
            boolean ignored = closing.await(IDLE_POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called by the poll thread, inside poll, unsubscribe and close. */
    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<String, byte[]> consumer;

        Rebalance(Consumer<String, byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                LOG.info("Lanes taken: group={} partitions={}", settings.group(), partitions.size());
                lanes.open(partitions);
                unseeded.addAll(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            stop(consumer, partitions, REVOCATION_PATIENCE);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            forget(partitions);
        }
    }
}
