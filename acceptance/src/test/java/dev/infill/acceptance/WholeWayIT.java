package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One migration goes all the way while the application writes. */
class WholeWayIT {
    private static final int ROWS = 20_000;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(3);

    @Test
    void fromCheckToCompleteOnTheOldestPostgresWhileTheApplicationWrites(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        fromCheckToCompleteWhileTheApplicationWrites(14, folder);
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = {16, 18})
    @Tag("soak")
    void fromCheckToCompleteWhileTheApplicationWrites(
            int version, @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        try (Installation installation = new Installation(folder, Installation.postgres(version))) {
            Shop shop = installation.shop();
            shop.create(ROWS);
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            Application application = new Application(shop, ROWS, 50, version);

            installation.submit(Specifications.TOTAL_CENTS);
            await("the new application version may be deployed")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.stage().equals("sync"));
            Guarantees.everyRangeIsDone(shop);
            Guarantees.lagIsZero(installation);
            application.deployNewVersion();
            await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);
            application.close();

            assertThat(application.lostWrites()).isEmpty();
            Guarantees.everyRowIsRight(shop);
            Guarantees.theReportSaysSo(shop, ROWS);
            Guarantees.nothingIsLeftButTheReport(installation, shop);
        }
    }
}
