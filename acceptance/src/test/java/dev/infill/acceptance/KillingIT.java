package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything is killed, twice, while the application writes; nobody helps; nothing is lost. */
class KillingIT {
    private static final int ROWS = 200_000;
    private static final int CHANGES_PER_SECOND = 300;
    private static final double SLOW_SECONDS = 0.002;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(8);

    /** The first seed is fixed, so that the default build does the same every day. */
    static LongStream seeds() {
        int count = Integer.getInteger("killing.seeds", 1);
        return LongStream.concat(LongStream.of(42), new Random().longs(count - 1L));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everythingMayDieAndTheMigrationStillCompletesByItself(
            long seed, @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(ROWS);
            shop.slow(SLOW_SECONDS);
            List.of("coordinator-1", "coordinator-2", "cdc-bridge", "worker-1", "worker-2", "worker-3")
                    .forEach(installation::start);
            Application application = new Application(shop, ROWS, CHANGES_PER_SECOND, seed);

            installation.submit(Specifications.TOTAL_CENTS);
            Faults faults = new Faults(installation, new Random(seed));
            inTheMiddleOf("fill", shop, faults);
            inTheMiddleOf("verify", shop, faults);
            await("the new application version may be deployed")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.stage().equals("sync"));
            Guarantees.everyRangeIsDone(shop);
            Guarantees.lagIsZero(installation);
            application.deployNewVersion();
            await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);
            application.close();

            assertThat(application.committed()).isGreaterThan(1000);
            assertThat(application.lostWrites()).isEmpty();
            Guarantees.everyRowIsRight(shop);
            Guarantees.theReportSaysSo(shop, ROWS);
            Guarantees.nothingIsLeftButTheReport(installation, shop);
        }
    }

    private static void inTheMiddleOf(String stage, Shop shop, Faults faults) throws SQLException {
        shop.slow(SLOW_SECONDS);
        await(stage + " is under way").atMost(A_LONG_WHILE).until(() -> {
            String rows = shop.textOrNothing("SELECT sum(rows_read) FROM infill.range WHERE pass = (SELECT pass FROM"
                    + " infill.migration WHERE stage = '" + stage + "')");
            return !rows.isEmpty() && Long.parseLong(rows) > 0;
        });
        faults.strike(stage);
        shop.slow(0);
        await(stage + " ends").atMost(A_LONG_WHILE).until(() -> !shop.stage().equals(stage));
    }
}
