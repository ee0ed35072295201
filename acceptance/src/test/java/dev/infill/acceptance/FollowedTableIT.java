package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A foreign key filled by lookup, while both tables are written to: customers take each other's addresses, come and go, and one
 * that very many orders refer to changes its number again and again.
 */
class FollowedTableIT {
    private static final int ORDERS = 18_000;
    private static final int CUSTOMERS = 1000;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(5);

    private static final List<String> SCHEMA = List.of(
            "CREATE SCHEMA \"Crm\"",
            "CREATE TABLE \"Crm\".customers (number bigint PRIMARY KEY, \"E-Mail\" text NOT NULL, name text)",
            "CREATE INDEX ON \"Crm\".customers (\"E-Mail\")",
            "ALTER TABLE \"Crm\".customers REPLICA IDENTITY FULL",
            "INSERT INTO \"Crm\".customers SELECT g, 'c' || g || '@example.com', 'Name ' || g FROM generate_series(1, "
                    + CUSTOMERS + ") g",
            "CREATE TABLE public.invoices (id bigint PRIMARY KEY, email text, total numeric)",
            // A third of all belong to one customer.
            "INSERT INTO public.invoices SELECT g, 'c' || CASE WHEN g % 3 = 0 THEN 1 ELSE g % (" + CUSTOMERS
                    + " + 50) END || '@example.com', g FROM generate_series(1, " + ORDERS + ") g",
            "CREATE INDEX ON public.invoices (email)",
            "CREATE SEQUENCE public.traffic",
            "VACUUM ANALYZE public.invoices",
            "VACUUM ANALYZE \"Crm\".customers");

    private static final String SPECIFICATION = """
            migration: invoices-customer
            database: shop
            table: public.invoices
            column: {name: customer, type: bigint}
            fill:
              expression: (SELECT max(c.number) FROM "Crm".customers c WHERE c."E-Mail" = invoices.email)
              follows:
                - {table: '"Crm".customers', on: 'customers."E-Mail" = invoices.email'}
            indexes:
              - {name: invoices_customer_idx, columns: [customer]}
            gates: {reads: evidence, writes: manual, quiet: 2s, staleness: 30s}
            pace: full
            """;

    private static final List<String> WRITES = List.of(
            "UPDATE \"Crm\".customers SET \"E-Mail\" = 'c' || 1 + number * 7 % 1000 || '@example.com'"
                    + " WHERE number % 1000 = nextval('public.traffic') * 31 % 1000",
            "DELETE FROM \"Crm\".customers WHERE number % 1000 = nextval('public.traffic') * 17 % 1000 AND number % 1000 <> 1",
            "INSERT INTO \"Crm\".customers VALUES (5000 + nextval('public.traffic'), 'c' || 2 + nextval('public.traffic') % 1100"
                    + " || '@example.com') ON CONFLICT DO NOTHING",
            "INSERT INTO public.invoices VALUES (1000000 + nextval('public.traffic'), 'c' || nextval('public.traffic') % 1000"
                    + " || '@example.com', 1)",
            "UPDATE public.invoices SET email = 'c' || nextval('public.traffic') % 1000 || '@example.com'"
                    + " WHERE id = 1 + nextval('public.traffic') * 13 % " + ORDERS);

    /** Six thousand rows refer to it: more than one page of keys. */
    private static final String THE_LARGE_ONE =
            "UPDATE \"Crm\".customers SET number = number + 10000 WHERE \"E-Mail\" = 'c1@example.com'";

    private static final String WRONG_ROWS = """
            SELECT count(*) FROM public.invoices i
              LEFT JOIN (SELECT "E-Mail" AS email, max(number) AS number FROM "Crm".customers GROUP BY 1) c USING (email)
             WHERE i.customer IS DISTINCT FROM c.number
            """;

    @Test
    @Tag("soak")
    void everyRowIsRightWhileTheOtherTableChanges(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (Installation installation =
                new Installation(folder, Installation.postgres(Integer.getInteger("postgres.version", 18)))) {
            Shop shop = installation.shop();
            for (String sql : SCHEMA) {
                shop.execute(sql);
            }
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            followsWhileBothTablesChange(installation, shop);

            shop.execute("TRUNCATE \"Crm\".customers");
            await("nobody refers to anybody")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.textOrNothing("SELECT count(*) FROM public.invoices WHERE customer IS NOT NULL")
                            .equals("0"));
            isInSync(shop);

            assertThat(addressesIn(installation, "infill.changes.shop"))
                    .as("records with what customers are referred to by")
                    .isEmpty();
            installation.run(
                    "cancel",
                    A_LONG_WHILE,
                    "rollback",
                    "invoices-customer",
                    "--coordinator",
                    installation.coordinatorUrl());
            await("it is rolled back")
                    .atMost(A_LONG_WHILE)
                    .until(() -> shop.textOrNothing("SELECT count(*) FROM infill.migration")
                            .equals("0"));
            assertThat(shop.texts("SELECT pubname FROM pg_publication")).isEmpty();
        }
    }

    private static void followsWhileBothTablesChange(Installation installation, Shop shop) throws Exception {
        AtomicBoolean open = new AtomicBoolean(true);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<?> traffic = writer.submit(() -> write(shop, open));
        installation.submit(SPECIFICATION);
        isInSync(shop);
        shop.execute(THE_LARGE_ONE);
        installation.part("cdc-bridge").current().kill();
        shop.execute(THE_LARGE_ONE);
        open.set(false);
        traffic.get(30, TimeUnit.SECONDS);
        writer.shutdown();
        becomesRight(shop);
        assertThat(shop.number("SELECT count(*) FROM public.invoices WHERE customer IS NOT NULL"))
                .isGreaterThan(ORDERS / 2);
    }

    private static void isInSync(Shop shop) {
        await("it is filled, verified and indexed")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.stage().equals("sync"));
    }

    private static void becomesRight(Shop shop) {
        await("every row is right")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.textOrNothing(WRONG_ROWS).equals("0"));
    }

    private static Void write(Shop shop, AtomicBoolean open) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; open.get(); i++) {
                statement.execute(WRITES.get(i % WRITES.size()));
                if (i % 100 == 0) {
                    statement.execute(THE_LARGE_ONE);
                }
                statement.execute("SELECT pg_sleep(0.005)");
            }
        }
        return null;
    }

    private static List<String> addressesIn(Installation installation, String topic) {
        List<String> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", installation.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(entry -> {
                    String text = new String(entry.value(), StandardCharsets.UTF_8)
                            + (entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8));
                    if (text.contains("@")) {
                        found.add(text);
                    }
                });
            }
        }
        return found;
    }
}
