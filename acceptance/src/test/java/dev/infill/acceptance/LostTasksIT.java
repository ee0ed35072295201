package dev.infill.acceptance;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Kafka forgets what it was to keep: the ledger knows what is open, and it is published again. */
class LostTasksIT {
    private static final int ROWS = 60_000;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(5);
    private static final String TASKS = "infill.tasks.orders-total-cents";

    @Test
    @Tag("soak")
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
            Records.deleteAll(installation, TASKS);
            installation.part("worker-1").current().kill();
            shop.slow(0);

            await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);
            Guarantees.everyRowIsRight(shop);
        }
    }
}
