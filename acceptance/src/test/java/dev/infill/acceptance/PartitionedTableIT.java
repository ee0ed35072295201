package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders in partitions: by list, one of them by hash again, and a default one. Rows move between them all the time, and
 * partitions come and go while the column is filled and after it was verified.
 */
class PartitionedTableIT {
    private static final int ROWS = 20_000;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(3);

    private static final List<String> PARTITIONED = List.of(
            "DROP TABLE public.orders",
            """
            CREATE TABLE public.orders (id bigint, region text, customer_id bigint, total numeric(12,2) NOT NULL, note text,
                                        PRIMARY KEY (id, region)) PARTITION BY LIST (region)
            """,
            "CREATE TABLE public.\"Orders EU\" PARTITION OF public.orders FOR VALUES IN ('eu') PARTITION BY HASH (id)",
            "CREATE TABLE public.eu_0 PARTITION OF public.\"Orders EU\" FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
            "CREATE TABLE public.eu_1 PARTITION OF public.\"Orders EU\" FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
            "CREATE TABLE public.us PARTITION OF public.orders FOR VALUES IN ('us')",
            "CREATE TABLE public.old PARTITION OF public.orders FOR VALUES IN ('old')",
            "CREATE TABLE public.others PARTITION OF public.orders DEFAULT",
            "INSERT INTO public.orders SELECT g, (ARRAY['eu', 'us', 'old', 'it'])[1 + g % 4], g % 1000,"
                    + " (g * 7919 % 1000000) / 100.0, repeat(md5(g::text), 2) FROM generate_series(1, " + ROWS + ") g",
            "VACUUM ANALYZE public.orders");

    /** With rows from elsewhere, of which the log tells nothing, and a column that is there already. */
    private static final String NEW_PARTITION = """
            CREATE TABLE public.%1$s (id bigint, region text, customer_id bigint, total numeric(12,2) NOT NULL, note text,
                                      total_cents bigint, PRIMARY KEY (id, region));
            INSERT INTO public.%1$s SELECT %2$d + g, '%1$s', g, g / 10.0, 'bought' FROM generate_series(1, 1000) g;
            ALTER TABLE public.orders ATTACH PARTITION public.%1$s FOR VALUES IN ('%1$s');
            """;

    private static final List<String> WRITES = List.of(
            "INSERT INTO public.orders (id, region, customer_id, total) SELECT 1000000 + nextval('public.traffic'), 'us', 1, 12.34",
            "UPDATE public.orders SET total = total + 1 WHERE id = 1 + nextval('public.traffic') * 31 % " + ROWS,
            "UPDATE public.orders SET region = CASE region WHEN 'eu' THEN 'us' ELSE 'eu' END, total = total + 0.01"
                    + " WHERE id = 1 + nextval('public.traffic') * 17 % " + ROWS + " AND region IN ('eu', 'us', 'it')",
            "DELETE FROM public.orders WHERE id = 1 + nextval('public.traffic') * 13 % " + ROWS);

    @Test
    @Tag("soak")
    void everyRowIsRightWhileRowsMoveAndPartitionsComeAndGo(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (Installation installation = new Installation(folder, Installation.postgres(18))) {
            Shop shop = installation.shop();
            shop.create(0);
            for (String sql : PARTITIONED) {
                shop.execute(sql);
            }
            shop.execute("CREATE SEQUENCE public.traffic");
            shop.slow(0.002);
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            AtomicBoolean open = new AtomicBoolean(true);
            ExecutorService writer = Executors.newSingleThreadExecutor();
            Future<?> traffic = writer.submit(() -> write(shop, open));

            installation.submit(Specifications.TOTAL_CENTS);
            partitionsComeAndGo(shop);
            open.set(false);
            traffic.get(30, TimeUnit.SECONDS);
            writer.shutdown();
            await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);

            Guarantees.everyRowIsRight(shop);
            assertThat(shop.number("SELECT count(*) FROM public.orders WHERE region IN ('asia', 'africa')"))
                    .isEqualTo(2000);
            assertThat(shop.texts(
                            "SELECT c.relname FROM pg_partition_tree('public.orders') t JOIN pg_class c ON c.oid = t.relid"
                                    + " WHERE t.isleaf AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid"
                                    + " WHERE i.indrelid = t.relid AND i.indisvalid AND NOT i.indisprimary)"))
                    .as("partitions without their part of the index")
                    .isEmpty();
        }
    }

    private static void partitionsComeAndGo(Shop shop) throws SQLException {
        await("the fill is under way")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.textOrNothing("SELECT sum(rows_changed) > 0 FROM infill.range")
                        .equals("t"));
        shop.execute(NEW_PARTITION.formatted("asia", 2_000_000));
        shop.execute("ALTER TABLE public.orders DETACH PARTITION public.old");
        shop.slow(0);
        await("it is verified and indexed")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.stage().equals("sync"));
        shop.execute(NEW_PARTITION.formatted("africa", 3_000_000));
        await("the new partition is filled and verified")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.stage().equals("sync") && shop.wrongRows() == 0);
    }

    private static Void write(Shop shop, AtomicBoolean open) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; open.get(); i++) {
                statement.execute(WRITES.get(i % WRITES.size()));
                statement.execute("SELECT pg_sleep(0.005)");
            }
        }
        return null;
    }
}
