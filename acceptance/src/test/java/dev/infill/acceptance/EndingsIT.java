package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code infill rollback} and {@code infill cancel}, from where it hurts, while the application writes. */
class EndingsIT {
    private static final int ROWS = 10_000;
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    /** Everything that a table can have, in words. */
    private static final String LOOKS = """
            SELECT 'column ' || attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
              FROM pg_attribute WHERE attrelid = 'public.orders'::regclass AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT 'index ' || indexrelid::regclass FROM pg_index WHERE indrelid = 'public.orders'::regclass
            UNION ALL
            SELECT 'constraint ' || conname FROM pg_constraint WHERE conrelid = 'public.orders'::regclass
            UNION ALL
            SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = 'public.orders'::regclass
            UNION ALL
            SELECT 'identity ' || relreplident::text FROM pg_class WHERE oid = 'public.orders'::regclass
            ORDER BY 1
            """;

    private static Installation installation;
    private static Shop shop;
    private static Application application;
    private static List<String> looksBefore;

    @BeforeAll
    static void install(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        installation = new Installation(folder, Installation.postgres(18));
        shop = installation.shop();
        shop.create(ROWS);
        looksBefore = shop.texts(LOOKS);
        List.of("coordinator-1", "cdc-bridge", "worker-1", "worker-2").forEach(installation::start);
        application = new Application(shop, ROWS, 50, 1);
    }

    @AfterAll
    static void everyWriteIsThere() throws SQLException {
        try {
            application.close();
            assertThat(application.lostWrites()).isEmpty();
        } finally {
            installation.close();
        }
    }

    @AfterEach
    void noWriteFailed() throws SQLException {
        shop.slow(0);
        assertThat(application.unanswered())
                .as("writes of the application that failed")
                .isZero();
    }

    @Test
    @Tag("soak")
    void rollbackFromTheMiddleOfTheFillLeavesTheTableAsItWas() throws SQLException {
        submitAndStopInTheMiddleOfTheFill();

        end("rollback", "rolled-back");

        itNeverCameToVerify();
        assertThat(shop.texts(LOOKS)).isEqualTo(looksBefore);
    }

    @Test
    @Tag("soak")
    void cancelInTheMiddleOfTheFillLeavesTheColumn() throws SQLException {
        submitAndStopInTheMiddleOfTheFill();

        end("cancel", "cancelled");

        itNeverCameToVerify();
        assertThat(shop.texts(LOOKS)).contains("column total_cents bigint").hasSize(looksBefore.size() + 1);
        assertThat(shop.number("SELECT count(total_cents) FROM public.orders")).isPositive();
        shop.execute("ALTER TABLE public.orders DROP COLUMN total_cents");
    }

    @Test
    @Tag("soak")
    void rollbackFromSyncLeavesTheTableAsItWas() throws SQLException {
        submitAndAwaitSync();

        end("rollback", "rolled-back");

        assertThat(shop.texts(LOOKS)).isEqualTo(looksBefore);
    }

    @Test
    void rollbackAfterAConstraintFailedDropsTheConstraintsToo() throws SQLException {
        installation.submit(Specifications.TOTAL_CENTS.replace("  notNull: true\n", ""));
        shop.execute("INSERT INTO public.orders (id, customer_id, total) VALUES (-1, 1, -1)");
        awaitSync();
        tell("approve", "writes");
        tell("approve", "constraints"); // the old release goes on writing, so no evidence ever opens them
        await("the check fails on the negative row")
                .atMost(A_WHILE)
                .until(() -> shop.textOrNothing("SELECT stage || ' ' || standing FROM infill.migration")
                        .equals("enforce failed"));
        assertThat(shop.texts(LOOKS)).contains("constraint orders_total_cents_positive");

        end("rollback", "rolled-back");

        assertThat(shop.texts(LOOKS)).isEqualTo(looksBefore);
        shop.execute("DELETE FROM public.orders WHERE id = -1");
    }

    /** While nobody repairs, no repair is needed: that must not be taken for an application that writes the column itself. */
    @Test
    void aGateDoesNotOpenBecauseWorkersStandStillAndCancelLeavesTheColumnAndItsIndex() throws SQLException {
        submitAndAwaitSync();
        List<String> workers = List.of("worker-1", "worker-2");
        workers.forEach(worker -> installation.part(worker).current().suspend());
        try {
            await("no repair for three times as long as the evidence asks for")
                    .atMost(A_WHILE)
                    .until(() -> shop.text("SELECT max(last_repair_at) < clock_timestamp() - interval '6 seconds'"
                                    + " FROM infill.repair")
                            .equals("t"));
            assertThat(shop.texts("SELECT gate FROM infill.gate")).doesNotContain("writes");
            assertThat(shop.stage()).isEqualTo("sync");
        } finally {
            workers.forEach(worker -> installation.part(worker).current().resume());
        }

        end("cancel", "cancelled");

        assertThat(shop.texts(LOOKS))
                .contains("column total_cents bigint", "index orders_total_cents_idx")
                .hasSize(looksBefore.size() + 2);
        shop.execute("ALTER TABLE public.orders DROP COLUMN total_cents");
    }

    private static void submitAndStopInTheMiddleOfTheFill() throws SQLException {
        shop.slow(0.01);
        installation.submit(Specifications.TOTAL_CENTS);
        await("the fill is under way")
                .atMost(A_WHILE)
                .until(() -> shop.textOrNothing("SELECT stage = 'fill' AND"
                                + " (SELECT sum(rows_read + rows_changed) > 0 FROM infill.range) FROM infill.migration")
                        .equals("t"));
    }

    private static void submitAndAwaitSync() {
        installation.submit(Specifications.TOTAL_CENTS);
        awaitSync();
    }

    private static void awaitSync() {
        await("the column is proven").atMost(A_WHILE).until(() -> shop.stage().equals("sync"));
    }

    private static void end(String command, String outcome) throws SQLException {
        long reports = shop.number("SELECT count(*) FROM infill.report");
        tell(command);
        await("the migration is over")
                .atMost(A_WHILE)
                .until(() -> shop.number("SELECT count(*) FROM infill.report") == reports + 1);
        assertThat(shop.text("SELECT outcome FROM infill.report ORDER BY finished_at DESC LIMIT 1"))
                .isEqualTo(outcome);
        Guarantees.nothingServesAMigration(installation, shop);
    }

    private static void itNeverCameToVerify() throws SQLException {
        assertThat(shop.text("SELECT lower(report->>'stages') FROM infill.report ORDER BY finished_at DESC LIMIT 1"))
                .contains("\"fill\"")
                .doesNotContain("\"verify\"");
    }

    private static void tell(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command, "orders-total-cents"));
        words.addAll(List.of(more));
        words.addAll(List.of("--coordinator", installation.coordinatorUrl()));
        int exit = installation
                .run(command, Duration.ofMinutes(3), words.toArray(String[]::new))
                .waitForExit(Duration.ofSeconds(1));
        assertThat(exit).isZero();
    }
}
