package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Verification can find something: what is made wrong behind Infill's back is found, told, made right and verified again. */
class VerificationIT {
    private static final int ROWS = 40_000;
    private static final double SLOW_SECONDS = 0.002;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(3);
    private static final String FILLED = """
            SELECT lower_key[1] FROM infill.range
             WHERE kind = 'fill' AND state = 'done' AND lower_key IS NOT NULL ORDER BY number LIMIT 2
            """;
    /** A range that nobody has begun is called done; its task will find nothing to do. */
    private static final String SKIP = """
            UPDATE infill.range SET state = 'done', done_at = clock_timestamp()
             WHERE number = (SELECT max(number) FROM infill.range
                              WHERE kind = 'fill' AND state = 'open' AND lower_key IS NOT NULL AND upper_key IS NOT NULL)
               AND state = 'open'
            RETURNING number
            """;

    @Test
    void everythingThatIsMadeWrongBehindItsBackIsFoundAndMadeRight(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws SQLException {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(ROWS);
            shop.slow(SLOW_SECONDS);
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            installation.submit(Specifications.cutBy("key", Specifications.STAYS_IN_SYNC));
            await("ranges are filled")
                    .atMost(A_LONG_WHILE)
                    .until(() -> !shop.textOrNothing(FILLED + " OFFSET 1").isEmpty());

            List<String> filled = shop.texts(FILLED);
            plant(shop, "total_cents = -1", filled.get(0), 7);
            plant(shop, "total_cents = NULL", filled.get(1), 5);
            long skipped = shop.number(SKIP);
            long rowsSkipped = shop.number("""
                    SELECT count(*) FROM public.orders, infill.range r
                     WHERE r.number = %d AND id >= r.lower_key[1]::bigint AND id < r.upper_key[1]::bigint
                    """.formatted(skipped));
            shop.slow(0);
            await("the migration is proven")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.stage().equals("sync"));

            assertThat(rowsSkipped).isGreaterThan(0);
            assertThat(shop.wrongRows()).isZero();
            assertThat(shop.texts("SELECT mismatches FROM infill.range WHERE mismatches > 0 ORDER BY mismatches"))
                    .as("rows found wrong, by range")
                    .containsExactly("5", "7", Long.toString(rowsSkipped));
            Guarantees.everyRangeIsDone(shop);
            // The look that found it, the look after the barrier, and the range verified again.
            assertThat(shop.number("SELECT min(pass) FROM infill.range WHERE mismatches > 0"))
                    .isGreaterThan(shop.number("SELECT max(pass) FROM infill.range WHERE mismatches = 0"));
            tellsWhoeverAsks(installation, shop, 12 + rowsSkipped);
        }
    }

    private static void tellsWhoeverAsks(Installation installation, Shop shop, long wrong) throws SQLException {
        assertThat(exitCode(installation, "approve", "orders-total-cents", "writes"))
                .isZero();
        await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);

        assertThat(exitCode(installation, "status", "orders-total-cents", "--exit-code"))
                .isEqualTo(5);
        assertThat(exitCode(installation, "status", "orders-total-cents", "--watch"))
                .isEqualTo(5);
        assertThat(shop.number("SELECT (report->'rows'->>'mismatches')::bigint FROM infill.report"))
                .isEqualTo(wrong);
        Guarantees.everyRowIsRight(shop);
    }

    private static int exitCode(Installation installation, String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--coordinator";
        all[words.length + 1] = installation.coordinatorUrl();
        return installation.run("asked", Duration.ofMinutes(3), all).waitForExit(Duration.ofSeconds(1));
    }

    /** In a session with a replication origin, whose writes the bridge's slot leaves out, as if a repair had been missed. */
    private static void plant(Shop shop, String value, String from, int rows) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_replication_origin_create('planter')");
            statement.execute("SELECT pg_replication_origin_session_setup('planter')");
            int planted = statement.executeUpdate(
                    "UPDATE public.orders SET " + value + " WHERE id >= " + from + " AND id < " + from + " + " + rows);
            assertThat(planted).isEqualTo(rows);
            statement.execute("SELECT pg_replication_origin_session_reset()");
            statement.execute("SELECT pg_replication_origin_drop('planter')");
        }
    }
}
