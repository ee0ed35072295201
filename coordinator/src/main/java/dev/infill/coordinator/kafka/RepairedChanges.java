package dev.infill.coordinator.kafka;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/**
 * What repairers have read of a changes topic. Its records stay for as long as they are needed, whatever retention brokers
 * have by default, and no longer: a stream of changes never ends.
 */
public final class RepairedChanges {
    private final Admin admin;
    private final GroupOffsets group;

    /** @param repairGroup the consumer group of the repairers */
    public RepairedChanges(Admin admin, String repairGroup) {
        this.admin = admin;
        this.group = new GroupOffsets(admin, repairGroup);
    }

    /** Where the first records lie that are still there, by partition. */
    public Map<Integer, Long> begins(String topic, int partitions) {
        return group.begins(partitions(topic, partitions));
    }

    /** Whether repairers have committed all before these offsets; where they have committed none they have read none. */
    public boolean areRepaired(String topic, Map<Integer, Long> before) {
        Map<Integer, Long> committed = group.committed(partitions(topic, before.size()));
        return before.entrySet().stream()
                .allMatch(offset -> offset.getValue() <= committed.getOrDefault(offset.getKey(), 0L));
    }

    /** Deletes the records that repairers are beyond; answers where the first ones lie afterwards. */
    public Map<Integer, Long> delete(String topic, int partitions) {
        List<TopicPartition> all = partitions(topic, partitions);
        Map<Integer, Long> committed = group.committed(all);
        Map<TopicPartition, RecordsToDelete> repaired = committed.entrySet().stream()
                .collect(Collectors.toMap(
                        offset -> new TopicPartition(topic, offset.getKey()),
                        offset -> RecordsToDelete.beforeOffset(offset.getValue())));
        Answers.of(admin.deleteRecords(repaired).all().toCompletionStage().toCompletableFuture());
        return group.begins(all);
    }

    private static List<TopicPartition> partitions(String topic, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }
}
