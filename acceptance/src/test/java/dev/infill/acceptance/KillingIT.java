package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.acceptance.Faults.Kind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything is killed while the application writes; nobody helps; nothing is lost. */
class KillingIT {
    private static final Logger log = LoggerFactory.getLogger(KillingIT.class);
    private static final int CHANGES_PER_SECOND = 300;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(8);
    private static final int SOAK_RUNS = 10;

    /**
     * How much there is to fill, and for how long each row: so that a stage outlasts its faults, and the check's sample of a
     * thousand rows outlasts the leader's lease.
     */
    private record Size(int rows, double slowSeconds) {}

    /** In every build: each fault once, some in the fill and the others in the verification, as the seed says. */
    @Test
    void everythingMayDieAndTheMigrationStillCompletesByItself(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws SQLException {
        long seed = Long.getLong("killing.seed", 42);
        List<Kind> kinds = Kind.shuffled(new Random(seed));
        run(
                folder,
                new Size(60_000, 0.004),
                "pages",
                seed,
                List.of(kinds.subList(0, 4), kinds.subList(4, kinds.size())));
    }

    /** In profile {@code soak}: everything in the fill, and everything again in the verification. */
    @Tag("soak")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everythingMayDieTwiceAndTheMigrationStillCompletesByItself(
            long seed, @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        Random random = new Random(seed);
        String ranges = random.nextBoolean() ? "key" : "pages";
        run(folder, new Size(200_000, 0.004), ranges, seed, List.of(Kind.shuffled(random), Kind.shuffled(random)));
    }

    /** Others each time, or the one that {@code -Dkilling.seed} names. */
    static LongStream seeds() {
        Long named = Long.getLong("killing.seed");
        return named == null ? new Random().longs(SOAK_RUNS) : LongStream.of(named);
    }

    private static void run(Path folder, Size size, String ranges, long seed, List<List<Kind>> inFillAndVerify)
            throws SQLException {
        log.warn("Killing with seed {}, ranges by {}; logs are in {}.", seed, ranges, folder);
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(size.rows());
            shop.slow(size.slowSeconds());
            List.of("coordinator-1", "coordinator-2", "cdc-bridge", "worker-1", "worker-2", "worker-3")
                    .forEach(installation::start);
            Application application = new Application(shop, size.rows(), CHANGES_PER_SECOND, seed);

            installation.submit(Specifications.cutBy(ranges, Specifications.TOTAL_CENTS));
            Faults faults = new Faults(installation, new Random(seed));
            strikeIn("fill", faults, inFillAndVerify.get(0), shop);
            shop.slow(size.slowSeconds());
            strikeIn("verify", faults, inFillAndVerify.get(1), shop);
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
            Guarantees.theReportSaysSo(shop, size.rows());
            Guarantees.nothingIsLeftButTheReport(installation, shop);
        }
    }

    private static void strikeIn(String stage, Faults faults, List<Kind> kinds, Shop shop) throws SQLException {
        await(stage + " is under way").atMost(A_LONG_WHILE).until(() -> {
            String rows = shop.textOrNothing(
                    "SELECT sum(rows_read + rows_changed) FROM infill.range WHERE pass = (SELECT pass FROM"
                            + " infill.migration WHERE stage = '" + stage + "')");
            return !rows.isEmpty() && Long.parseLong(rows) > 0;
        });
        faults.strike(stage, kinds);
        shop.slow(0);
        await(stage + " ends").atMost(A_LONG_WHILE).until(() -> !shop.stage().equals(stage));
    }
}
