package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Somebody takes away what changes travel through, with changes in it; the migration notices, mends itself and ends right. */
class LostChangesIT {
    private static final int ROWS = 10_000;
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    /** A row of ours, which the application does not write. */
    private static final String OUR_ROW = "INSERT INTO public.orders (id, customer_id, total) VALUES (-1, 1, 0)";

    private static final String CHANGE_OUR_ROW = "UPDATE public.orders SET total = %s WHERE id = -1";

    private final Path folder;

    LostChangesIT(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) {
        this.folder = folder;
    }

    @Test
    @Tag("soak")
    void whatIsLostOnTheWayIsFilledAndVerifiedAgain() throws SQLException, ExecutionException, InterruptedException {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(ROWS);
            shop.execute(OUR_ROW);
            List.of("coordinator-1", "cdc-bridge", "worker-1", "worker-2").forEach(installation::start);
            Application application = new Application(shop, ROWS, 50, 7);

            installation.submit(Specifications.TOTAL_CENTS);
            dropTheSlotInStageCapture(shop);
            awaitSync(shop);
            exchangeTheSlotInSync(installation, shop);
            deleteTheChangesTopicInSync(installation, shop);
            deleteUnreadRecordsInSync(installation, shop);

            application.deployNewVersion();
            await("the migration completes").atMost(A_WHILE).until(shop::isComplete);
            application.close();
            assertThat(application.unanswered()).as("writes that failed").isZero();
            assertThat(application.lostWrites()).isEmpty();
            Guarantees.everyRowIsRight(shop);
            Guarantees.nothingIsLeftButTheReport(installation, shop);
        }
    }

    /** A transaction that does not end keeps the migration in the stage: it may have changed the table before the slot was there. */
    private static void dropTheSlotInStageCapture(Shop shop) throws SQLException {
        await("the slot is there").atMost(A_WHILE).until(() -> !slot(shop).isEmpty());
        try (Connection other = shop.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE public.slowness SET seconds = 0");
            await("the stage waits for the transaction")
                    .atMost(A_WHILE)
                    .until(() -> shop.text("SELECT stage || ': ' || coalesce(problem, '') FROM infill.migration")
                            .startsWith("capture: waiting for transactions to end"));
            String slot = slot(shop);
            await("the slot is dropped under the bridge").atMost(A_WHILE).until(() -> {
                shop.text("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
                return isDone(shop, "SELECT pg_drop_replication_slot('" + slot + "')");
            });
            await("the loss is noticed").atMost(A_WHILE).until(() -> gaps(shop) > 0);
            other.rollback();
        }
    }

    /** The change lies before the new slot's begin, so that nobody will ever be told of it. */
    private static void exchangeTheSlotInSync(Installation installation, Shop shop) throws SQLException {
        long verified = timesVerified(shop);
        var bridge = installation.part("cdc-bridge");
        bridge.holdRestarts();
        bridge.current().kill();
        await("the slot is free")
                .atMost(A_WHILE)
                .until(() ->
                        shop.text("SELECT active FROM pg_replication_slots").equals("f"));
        shop.execute(CHANGE_OUR_ROW.formatted("47.11"));
        String slot = slot(shop);
        shop.execute("SELECT pg_drop_replication_slot('" + slot + "');" + " SELECT pg_create_logical_replication_slot('"
                + slot + "', 'pgoutput')");
        bridge.allowRestarts();
        awaitAgain(shop, verified);
        assertThat(ourCents(shop)).isEqualTo("4711");
    }

    private static void deleteTheChangesTopicInSync(Installation installation, Shop shop)
            throws SQLException, ExecutionException, InterruptedException {
        loseUnreadChangesInSync(installation, shop, "8.15", () -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrapServers()))) {
                admin.deleteTopics(List.of("infill.changes.shop")).all().get();
            }
        });
        assertThat(ourCents(shop)).isEqualTo("815");
    }

    private static void deleteUnreadRecordsInSync(Installation installation, Shop shop)
            throws SQLException, ExecutionException, InterruptedException {
        loseUnreadChangesInSync(
                installation, shop, "9.16", () -> Records.deleteAll(installation, "infill.changes.shop"));
        assertThat(ourCents(shop)).isEqualTo("916");
    }

    @FunctionalInterface
    private interface Loss {
        void happen() throws ExecutionException, InterruptedException;
    }

    /** The change is in the topic, and the workers have not come to it. */
    private static void loseUnreadChangesInSync(Installation installation, Shop shop, String total, Loss loss)
            throws SQLException, ExecutionException, InterruptedException {
        long verified = timesVerified(shop);
        List<String> workers = List.of("worker-1", "worker-2");
        workers.forEach(worker -> installation.part(worker).current().suspend());
        shop.execute(CHANGE_OUR_ROW.formatted(total));
        long beat = shop.number("SELECT beat FROM infill.capture");
        await("what came before this heartbeat is in the topic")
                .atMost(A_WHILE)
                .until(() -> shop.number("SELECT seen_beat FROM infill.capture") > beat);
        loss.happen();
        workers.forEach(worker -> installation.part(worker).current().resume());
        awaitAgain(shop, verified);
    }

    private static void awaitAgain(Shop shop, long verified) {
        await("everything is filled and verified again")
                .atMost(A_WHILE)
                .until(() -> timesVerified(shop) > verified && shop.stage().equals("sync"));
    }

    private static void awaitSync(Shop shop) {
        await("the column is proven").atMost(A_WHILE).until(() -> shop.stage().equals("sync"));
    }

    private static String slot(Shop shop) {
        return shop.textOrNothing("SELECT slot_name FROM pg_replication_slots WHERE confirmed_flush_lsn IS NOT NULL");
    }

    private static long gaps(Shop shop) throws SQLException {
        return shop.number("SELECT coalesce(max(gaps), 0) FROM infill.capture");
    }

    private static long timesVerified(Shop shop) throws SQLException {
        return shop.number("SELECT count(*) FROM infill.stage_time WHERE stage = 'verify'");
    }

    private static String ourCents(Shop shop) throws SQLException {
        return shop.text("SELECT total_cents FROM public.orders WHERE id = -1");
    }

    private static boolean isDone(Shop shop, String sql) {
        try {
            shop.text(sql);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
