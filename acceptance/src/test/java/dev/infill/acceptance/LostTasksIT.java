package dev.infill.acceptance;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Kafka forgets what it was to keep: the ledger knows what is open, and it is published again. */
class LostTasksIT {
    private static final int ROWS = 200_000;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(3);
    private static final String TASKS = "infill.tasks.orders-total-cents";

    @Test
    void tasksThatAreDeletedUnreadArePublishedAgain(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(ROWS);
            shop.slow(0.0005);
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            installation.submit(Specifications.TOTAL_CENTS);
            await("the first range is under way")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.textOrNothing("SELECT count(*) > 0 FROM infill.range WHERE state = 'running'")
                            .equals("t"));
            installation.part("worker-1").current().suspend();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrapServers()))) {
                deleteAllRecords(admin);
            }
            installation.part("worker-1").current().kill();
            shop.slow(0);

            await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);
            Guarantees.everyRowIsRight(shop);
        }
    }

    /** What retention does to a topic whose settings somebody has changed. */
    private static void deleteAllRecords(Admin admin) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest =
                admin.describeTopics(List.of(TASKS)).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .collect(Collectors.toMap(
                                partition -> new TopicPartition(TASKS, partition.partition()),
                                partition -> OffsetSpec.latest()));
        Map<TopicPartition, RecordsToDelete> all = admin.listOffsets(latest).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        end -> RecordsToDelete.beforeOffset(end.getValue().offset())));
        admin.deleteRecords(all).all().get();
    }
}
