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

/** The table is filled by its pages, and somebody moves every row in the middle of it. */
class RewrittenTableIT {
    private static final int ROWS = 20_000;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(3);

    @Test
    @Tag("soak")
    void aTableThatIsRewrittenInTheMiddleOfTheFillIsCutAnewAndEndsRight(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(ROWS);
            shop.slow(0.002);
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            Application application = new Application(shop, ROWS, 50, 1);

            installation.submit(Specifications.TOTAL_CENTS + "ranges: pages\n");
            await("the fill is under way")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.textOrNothing("SELECT sum(rows_changed) > 0 FROM infill.range")
                            .equals("t"));
            shop.execute("VACUUM FULL public.orders");
            shop.slow(0);
            await("the new application version may be deployed")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.stage().equals("sync"));
            application.deployNewVersion();
            await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);
            application.close();

            assertThat(application.lostWrites()).isEmpty();
            Guarantees.everyRowIsRight(shop);
            assertThat(shop.number("SELECT count(*) FROM infill.audit WHERE action = 'cut-anew'"))
                    .isEqualTo(1);
        }
    }
}
