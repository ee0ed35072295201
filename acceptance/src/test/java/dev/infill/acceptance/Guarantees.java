package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What Infill promises, looked at with SQL and tools that know nothing of its code. */
final class Guarantees {
    private Guarantees() {}

    /** The column equals the expression in every row, and the database now sees to it that none is NULL. */
    static void everyRowIsRight(Shop shop) throws SQLException {
        assertThat(shop.wrongRows()).as("rows that differ").isZero();
        assertThat(shop.text("SELECT attnotnull FROM pg_attribute WHERE attrelid = 'public.orders'::regclass"
                        + " AND attname = 'total_cents'"))
                .isEqualTo("t");
        assertThat(shop.text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_total_cents_idx'::regclass"))
                .isEqualTo("t");
        assertThat(shop.texts("SELECT conname FROM pg_constraint WHERE conrelid = 'public.orders'::regclass"
                        + " AND NOT convalidated"))
                .isEmpty();
    }

    /**
     * The ranges hold every key there can be, or every page there was, without overlap, and each is done. Which of the two,
     * Infill decides by statistics that the application's own writes change meanwhile.
     */
    static void everyRangeIsDone(Shop shop) throws SQLException {
        assertThat(shop.number("SELECT count(*) FROM infill.range WHERE state <> 'done' OR verified_at IS NULL"))
                .as("ranges that are not done")
                .isZero();
        boolean byPage = shop.text("SELECT ranges FROM infill.migration").equals("pages");
        assertThat(shop.text("SELECT lower_key FROM infill.range WHERE number = 0"))
                .as("where the first range begins")
                .isEqualTo(byPage ? "{\"(0,0)\"}" : "");
        assertThat(shop.number("""
                        SELECT count(*) FROM (
                            SELECT lower_key, lag(upper_key) OVER (ORDER BY number) AS end_before, number FROM infill.range) r
                         WHERE number > 0 AND lower_key IS DISTINCT FROM end_before
                        """)).as("gaps and overlaps between ranges").isZero();
        assertThat(shop.number("SELECT count(*) FROM infill.range WHERE upper_key IS NULL"))
                .as("ranges that are open above")
                .isEqualTo(byPage ? 0 : 1);
    }

    /** What every lag tool computes: end offset minus committed offset, for every partition of the tasks topic. */
    static void lagIsZero(Installation installation) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrapServers()))) {
            await("the last offsets are committed")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> lag(admin) == 0);
        }
    }

    private static long lag(Admin admin) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets("infill.workers")
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, OffsetSpec> latest =
                admin.describeTopics(List.of("infill.tasks.orders-total-cents")).allTopicNames().get().values().stream()
                        .flatMap(topic ->
                                topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition())))
                        .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        assertThat(committed.keySet())
                .as("every partition has a committed offset")
                .containsAll(latest.keySet());
        long lag = 0;
        for (var end : admin.listOffsets(latest).all().get().entrySet()) {
            OffsetAndMetadata offset = committed.get(end.getKey());
            lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
        }
        return lag;
    }

    /** What Infill says of itself agrees with the table. */
    static void theReportSaysSo(Shop shop, int rows) throws SQLException {
        long filled = shop.number("SELECT (report->'rows'->>'filled')::bigint FROM infill.report");
        long verified = shop.number("SELECT (report->'rows'->>'verified')::bigint FROM infill.report");
        long mismatches = shop.number("SELECT (report->'rows'->>'mismatches')::bigint FROM infill.report");
        assertThat(filled).as("rows written by the fill").isBetween(rows / 2L, rows * 2L);
        assertThat(verified).as("rows compared").isBetween(rows / 2L, rows * 2L);
        assertThat(mismatches).as("rows that verification found wrong").isZero();
    }

    /** Nothing of Infill's is in the database or in Kafka but its report and what all migrations share. */
    static void nothingIsLeftButTheReport(Installation installation, Shop shop) throws SQLException {
        nothingServesAMigration(installation, shop);
        installation.stopParts();
        await("no session is left")
                .atMost(Duration.ofSeconds(20))
                .until(() -> shop.texts(
                                "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'infill%'")
                        .isEmpty());
    }

    /** The same while all parts go on running: then the coordinator alone still asks the database whether there is work. */
    static void nothingServesAMigration(Installation installation, Shop shop) throws SQLException {
        assertThat(shop.texts("SELECT slot_name FROM pg_replication_slots")).isEmpty();
        assertThat(shop.texts("SELECT pubname FROM pg_publication")).isEmpty();
        assertThat(shop.texts("SELECT roname FROM pg_replication_origin")).isEmpty();
        for (String table : List.of(
                "migration",
                "stage_time",
                "range",
                "suspect",
                "rejected",
                "repair",
                "gate",
                "capture",
                "barrier",
                "barrier_passed")) {
            assertThat(shop.number("SELECT count(*) FROM infill." + table))
                    .as("rows of infill.%s", table)
                    .isZero();
        }
        await("the migration's topics are gone")
                .atMost(Duration.ofSeconds(10))
                .until(() -> topics(installation).stream()
                        .noneMatch(topic -> topic.contains(".tasks.") || topic.contains(".changes.")));
        await("workers and bridge have let go of their sessions")
                .atMost(Duration.ofSeconds(20))
                .until(() -> shop.texts(
                                "SELECT application_name FROM pg_stat_activity"
                                        + " WHERE application_name LIKE 'infill%' AND application_name NOT IN ('infill coordinator', 'infill coordinator lease')")
                        .isEmpty());
    }

    private static Set<String> topics(Installation installation) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrapServers()))) {
            return admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith("infill."))
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
