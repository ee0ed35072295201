package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One migration on its way, watched from outside: by Kafka's lag tool, by health checks and metrics, and by how much memory its
 * processes take when the application changes very many rows at once. In this order, because a start costs ten seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchedIT {
    private static final int ROWS = Math.max(60_000, Integer.getInteger("burst.keys", 100_000));
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(5);
    private static final int LANES = 4;
    /** A sleep of no length still gives way, which is slow enough to look at a lag that falls. */
    private static final double SHORTEST_SLEEP = 0.00001;

    private static final int ENOUGH = 5;
    private static final int PARTITIONS = 48;
    private static final String SMALL_HEAP = "-Xmx96m";
    private static final List<String> PARTS = List.of("coordinator-1", "cdc-bridge", "worker-1");

    private Installation installation;
    private Shop shop;
    private LagTool tool;

    @BeforeAll
    void start(@TempDir Path folder) throws SQLException {
        installation = new Installation(folder, Installation.postgres(18));
        shop = installation.shop();
        shop.create(ROWS);
        shop.slow(SHORTEST_SLEEP);
        tool = new LagTool(folder.resolve("lag.log"), installation.bootstrapServers());
        installation.start("coordinator-1");
        installation.start("cdc-bridge", SMALL_HEAP);
        installation.start("worker-1", SMALL_HEAP);
        installation.submit(Specifications.STAYS_IN_SYNC);
    }

    @AfterAll
    void close() {
        installation.close();
    }

    /** What the ledger says about the running pass. */
    private record Pass(int number, long open, long unpublished) {
        boolean isHandedOut() {
            return open > 0 && unpublished == 0;
        }
    }

    private Pass pass() throws SQLException {
        String found = shop.textOrNothing("""
                SELECT concat_ws(' ', m.pass, count(*) FILTER (WHERE r.state IN ('open', 'running')),
                                 count(*) FILTER (WHERE r.task_offset IS NULL))
                  FROM infill.migration m JOIN infill.range r ON r.migration = m.name AND r.pass = m.pass
                 GROUP BY m.pass
                """);
        String[] figures = (found.isEmpty() ? "0 0 0" : found).split(" ", -1);
        return new Pass(Integer.parseInt(figures[0]), Long.parseLong(figures[1]), Long.parseLong(figures[2]));
    }

    @Test
    @Order(1)
    void theLagThatTheStandardToolPrintsIsTheNumberOfOpenTasks() throws SQLException {
        await("the fill's tasks are handed out").atMost(A_LONG_WHILE).until(() -> pass().isHandedOut());

        int samples = 0;
        while (!shop.stage().equals("sync")) {
            samples += sample() ? 1 : 0;
            if (samples == ENOUGH) {
                shop.slow(0); // what comes now is looked at too, and need not last
            }
        }

        assertThat(samples).as("samples while tasks were open").isGreaterThanOrEqualTo(ENOUGH);
        Guarantees.everyRangeIsDone(shop);
        await("the last offsets are committed").atMost(Duration.ofMinutes(1)).until(() -> lag().sum() == 0);
    }

    /** One look; answers whether the same pass was open before and after it. */
    private boolean sample() throws SQLException {
        Pass before = pass();
        if (!before.isHandedOut()) {
            return false;
        }
        long lag = lag().sum();
        Pass after = pass();
        if (after.number() != before.number()) {
            return false;
        }
        // Closed in the ledger first, committed to Kafka then: at most one task a lane is between the two.
        assertThat(lag).as("open before %s, after %s", before, after).isBetween(after.open(), before.open() + LANES);
        System.out.printf("lag %d while the ledger had %d to %d open tasks%n", lag, before.open(), after.open());
        return true;
    }

    private LagTool.Lag lag() {
        LagTool.Lag lag = tool.describe("infill.workers", "infill.tasks.orders-total-cents");
        assertThat(lag.byPartition()).as("partitions that are listed").hasSize(PARTITIONS);
        return lag;
    }

    @Test
    @Order(2)
    void everyPartTellsItsHealthAndItsFigures() throws SQLException {
        for (String part : PARTS) {
            Scrape scrape = new Scrape(installation.url(part));
            assertThat(scrape.status("/health/liveness")).as("%s lives", part).isEqualTo(200);
            assertThat(scrape.status("/health/readiness"))
                    .as("%s is ready", part)
                    .isEqualTo(200);
            assertThat(scrape.metric("jvm_memory_used_bytes")).isPositive();
        }
        Scrape worker = new Scrape(installation.url("worker-1"));
        assertThat(worker.metric("infill_rows_filled_total")).isEqualTo(ROWS);
        assertThat(worker.metric("infill_rows_verified_total")).isGreaterThanOrEqualTo(ROWS);
        assertThat(worker.metric("infill_rows_repaired_total")).isGreaterThanOrEqualTo(0);
        assertThat(worker.metric("infill_batch_seconds_count")).isGreaterThan(0);
        assertThat(worker.metric("infill_staleness_seconds_count")).isGreaterThanOrEqualTo(0);

        Scrape coordinator = new Scrape(installation.url("coordinator-1"));
        String migration = "migration=\"orders-total-cents\"";
        long ranges = shop.number("SELECT count(*) FROM infill.range WHERE pass = (SELECT pass FROM infill.migration)");
        await("the leader shows the end of the last pass")
                .atMost(Duration.ofMinutes(1))
                .until(() -> coordinator.metric("infill_tasks", migration, "state=\"done\"") == ranges);
        assertThat(coordinator.metric("infill_tasks", migration, "state=\"open\""))
                .isZero();
        assertThat(coordinator.metric("infill_pace", migration)).isBetween(0.0, 1.0);
        assertThat(coordinator.metric("infill_wal_retained_bytes", "database=\"shop\""))
                .isPositive();

        Scrape bridge = new Scrape(installation.url("cdc-bridge"));
        assertThat(bridge.metric("infill_changes_captured_total")).isGreaterThanOrEqualTo(0);
        assertThat(bridge.metric("infill_bridge_beat_age_seconds")).isBetween(0.0, 60.0);
    }

    @Test
    @Order(3)
    void aBurstOfChangesWaitsInKafkaAndNotInMemory() throws SQLException, IOException {
        shop.slow(0);
        assertThat(shop.stage()).isEqualTo("sync");
        ChildProcess bridge = installation.part("cdc-bridge").current();
        ChildProcess worker = installation.part("worker-1").current();
        long handled = handled();
        long begin = System.nanoTime();
        shop.execute("UPDATE public.orders SET total = total + 1");
        long committed = System.nanoTime();

        await("every change is handled").atMost(A_LONG_WHILE).until(() -> handled() >= handled + ROWS);
        long repaired = System.nanoTime();

        assertThat(shop.wrongRows()).isZero();
        double seconds = (repaired - committed) / 1e9;
        System.out.printf(
                "%,d keys changed in one transaction (%.1f s) and repaired within %.1f s: %,.0f keys/s%n",
                ROWS, (committed - begin) / 1e9, seconds, ROWS / seconds);
        System.out.printf(
                "with %s: bridge at most %d MB resident, worker %d MB%n",
                SMALL_HEAP, mostResidentMegabytes(bridge), mostResidentMegabytes(worker));
        // An exhausted heap ends the process, and a restart would hide it.
        assertThat(bridge.isRunning()).as("the bridge never ended").isTrue();
        assertThat(worker.isRunning()).as("the worker never ended").isTrue();
        assertThat(String.join("\n", bridge.lines()) + String.join("\n", worker.lines()))
                .doesNotContain("OutOfMemoryError");
    }

    private long handled() throws SQLException {
        return shop.number("SELECT coalesce(sum(changes), 0) FROM infill.repair");
    }

    private static long mostResidentMegabytes(ChildProcess process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
