package dev.infill.coordinator.kafka;

import dev.infill.postgres.ledger.PassLedger.OpenTask;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** One migration's tasks topic: its offsets, so that lag is true from the first task on, and the tasks in it. */
public final class TaskTopic {
    private final Admin admin;
    private final Producer<String, byte[]> producer;
    private final TopicSetup setup;
    private final Topics topics;
    private final GroupOffsets group;

    public TaskTopic(Admin admin, Producer<String, byte[]> producer, TopicSetup setup, Topics topics) {
        this.admin = admin;
        this.producer = producer;
        this.setup = setup;
        this.topics = topics;
        this.group = new GroupOffsets(admin, topics.workersGroup());
    }

    /**
     * Whose tasks.
     *
     * @param lanes partitions of the topic, fixed when it is created
     */
    public record Pass(String migration, String database, int pass, TaskKind kind, int lanes) {}

    /**
     * How far the group is, by partition.
     *
     * @param committed the group's committed offsets, one for each partition
     * @param begins the offsets of the first records that are still there
     * @param ends the topic's end offsets
     */
    public record Offsets(Map<Integer, Long> committed, Map<Integer, Long> begins, Map<Integer, Long> ends) {
        /** Whether a task must be published: never was, was passed by without being done, was deleted, or is gone with its topic. */
        public boolean isMissing(OpenTask task) {
            return task.offset() == null
                    || committed.getOrDefault(task.partition(), 0L) > task.offset()
                    || begins.getOrDefault(task.partition(), 0L) > task.offset()
                    || ends.getOrDefault(task.partition(), 0L) <= task.offset();
        }
    }

    /**
     * Prepares the topic; empty while a partition has no committed offset yet, because what is published then would be
     * invisible to lag tools. Read before the ledger: a task that is passed in this answer and open in a later look at
     * the ledger was really passed by.
     */
    public Optional<Offsets> prepare(Pass pass) {
        String topic = topics.tasks(pass.migration());
        int partitions = setup.ensureKept(topic, pass.lanes()).partitions();
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        Map<Integer, Long> committed = group.committed(all);
        if (committed.size() < all.size()) {
            seed(all.stream()
                    .filter(partition -> !committed.containsKey(partition.partition()))
                    .toList());
            return Optional.empty();
        }
        return Optional.of(new Offsets(committed, group.begins(all), group.ends(all)));
    }

    /** Only an empty group lets others set its offsets; where it has members, they commit their start themselves. */
    private void seed(List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> zeros =
                partitions.stream().collect(Collectors.toMap(p -> p, p -> new OffsetAndMetadata(0)));
        try {
            Answers.of(admin.alterConsumerGroupOffsets(topics.workersGroup(), zeros)
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture());
        } catch (KafkaUnavailableException e) {
            if (!(e.getCause() instanceof UnknownMemberIdException)) {
                throw e;
            }
        }
    }

    /** Publishes tasks for these ranges, all at once; answers where they lie. */
    public List<OpenTask> publish(Pass pass, List<Integer> ranges) {
        String topic = topics.tasks(pass.migration());
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int range : ranges) {
            RangeTask task = new RangeTask(pass.migration(), pass.database(), pass.pass(), pass.kind(), range);
            sent.add(producer.send(
                    new ProducerRecord<>(topic, range % pass.lanes(), Integer.toString(range), Json.bytes(task))));
        }
        List<OpenTask> published = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            RecordMetadata place = Answers.of(sent.get(i));
            published.add(new OpenTask(ranges.get(i), place.partition(), place.offset()));
        }
        return published;
    }
}
