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

    /** Each row of the table was written by the fill at most once: what was counted twice would exceed the table. */
    static void everyRangeWasDoneOnce(Shop shop, int rows) throws SQLException {
        long filled = shop.number("SELECT (report->'rows'->>'filled')::bigint FROM infill.report");
        long repaired = shop.number("SELECT (report->'rows'->>'repaired')::bigint FROM infill.report");
        long mismatches = shop.number("SELECT (report->'rows'->>'mismatches')::bigint FROM infill.report");
        assertThat(filled).as("rows written by the fill").isPositive();
        assertThat(filled + repaired).as("no row is missed").isGreaterThanOrEqualTo(rows * 8L / 10);
        assertThat(mismatches).as("verification found nothing").isZero();
    }

    /** Nothing of Infill's is in the database or in Kafka but its report and what all migrations share. */
    static void nothingIsLeftButTheReport(Installation installation, Shop shop) throws SQLException {
        assertThat(shop.texts("SELECT slot_name FROM pg_replication_slots")).isEmpty();
        assertThat(shop.texts("SELECT pubname FROM pg_publication")).isEmpty();
        assertThat(shop.texts("SELECT roname FROM pg_replication_origin")).isEmpty();
        for (String table : List.of("migration", "range", "suspect", "rejected", "repair", "capture", "gate")) {
            assertThat(shop.number("SELECT count(*) FROM infill." + table))
                    .as("rows of infill.%s", table)
                    .isZero();
        }
        assertThat(topics(installation)).noneMatch(topic -> topic.contains(".tasks.") || topic.contains(".changes."));
        installation.stopParts();
        await("no session is left").atMost(Duration.ofSeconds(20)).until(() -> shop.texts(
                        "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'infill%'")
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
