package dev.infill.coordinator.kafka;

import dev.infill.kafka.KafkaSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates topics where they are missing, and removes them. */
public final class TopicSetup {
    private static final Map<String, String> KEPT_FOR_EVER = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG, "-1",
            TopicConfig.RETENTION_BYTES_CONFIG, "-1");

    private static final Map<String, String> COMPACTED =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

    /**
     * What Kafka knows of a topic.
     *
     * @param id its own, which a topic of the same name that was deleted and created again has not
     */
    public record Topic(String id, int partitions) {
        private static Topic of(TopicDescription description) {
            return new Topic(
                    description.topicId().toString(), description.partitions().size());
        }
    }

    private final Admin admin;
    private final KafkaSettings settings;

    public TopicSetup(Admin admin, KafkaSettings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /** The topics that all migrations share. */
    public void ensureShared() {
        ensure(settings.topics().control(), 1, COMPACTED);
        ensure(settings.topics().results(), 4, Map.of());
        ensure(settings.topics().progress(), 1, COMPACTED);
        ensure(settings.topics().events(), 1, Map.of());
        ensure(settings.topics().deadLetters(), 1, KEPT_FOR_EVER);
    }

    /** A topic whose records stay until somebody deletes them; answers what Kafka knows of it. */
    public Topic ensureKept(String topic, int partitions) {
        return describe(topic).orElseGet(() -> {
            create(topic, partitions, KEPT_FOR_EVER);
            return describe(topic)
                    .orElseThrow(() -> new KafkaUnavailableException(
                            "topic " + topic + " was created but is not there yet", new IllegalStateException()));
        });
    }

    /** What Kafka knows of a topic; empty: it does not exist. */
    public Optional<Topic> describe(String topic) {
        try {
            Map<String, TopicDescription> found = Answers.of(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .toCompletionStage()
                    .toCompletableFuture());
            return Optional.ofNullable(found.get(topic)).map(Topic::of);
        } catch (KafkaUnavailableException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Removes a topic if it is there. */
    public void delete(String topic) {
        try {
            Answers.of(
                    admin.deleteTopics(List.of(topic)).all().toCompletionStage().toCompletableFuture());
        } catch (KafkaUnavailableException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
    }

    private void ensure(String topic, int partitions, Map<String, String> config) {
        if (describe(topic).isEmpty()) {
            create(topic, partitions, config);
        }
    }

    private void create(String topic, int partitions, Map<String, String> config) {
        NewTopic request = new NewTopic(topic, partitions, settings.replicationFactor()).configs(config);
        try {
            Answers.of(admin.createTopics(List.of(request))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture());
        } catch (KafkaUnavailableException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
