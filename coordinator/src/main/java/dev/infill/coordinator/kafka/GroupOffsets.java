package dev.infill.coordinator.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** How far a group is in a topic, and what the topic still has. */
final class GroupOffsets {
    private final Admin admin;
    private final String group;

    GroupOffsets(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    /** The group's committed offsets, of those partitions that have one. */
    Map<Integer, Long> committed(List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets;
        try {
            offsets = Answers.of(admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .toCompletionStage()
                    .toCompletableFuture());
        } catch (KafkaUnavailableException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw e;
        }
        return byPartition(offsets, partitions, OffsetAndMetadata::offset);
    }

    /** Where the first records lie that are still there. */
    Map<Integer, Long> begins(List<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    /** Where the next records will lie. */
    Map<Integer, Long> ends(List<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    private Map<Integer, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> question = partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                Answers.of(admin.listOffsets(question).all().toCompletionStage().toCompletableFuture());
        return byPartition(answer, partitions, ListOffsetsResultInfo::offset);
    }

    private static <T> Map<Integer, Long> byPartition(
            Map<TopicPartition, T> offsets, List<TopicPartition> partitions, ToLongFunction<T> offset) {
        Map<Integer, Long> found = new HashMap<>();
        for (TopicPartition partition : partitions) {
            T value = offsets.get(partition);
            if (value != null) {
                found.put(partition.partition(), offset.applyAsLong(value));
            }
        }
        return found;
    }
}
