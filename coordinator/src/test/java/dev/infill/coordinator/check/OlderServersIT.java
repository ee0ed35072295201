package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.status.Finding.Severity;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be had on a version is said before anything is touched. */
class OlderServersIT {
    @ParameterizedTest
    @CsvSource({"14, true", "16, true", "18, false"})
    void aForeignKeyOfAPartitionedTableIsRefusedWhereItCannotBeAddedUnvalidated(int version, boolean refused)
            throws SQLException {
        try (TestDatabase database = Clusters.postgres(version).freshDatabase()) {
            database.execute(
                    "CREATE TABLE amounts (cents bigint PRIMARY KEY)",
                    "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric) PARTITION BY HASH (id)",
                    "CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 1, REMAINDER 0)");

            Preflight.Outcome outcome = Checked.outcome(
                    database.url(),
                    Checked.SPECIFICATION + "constraints:\n  foreignKey: {references: public.amounts(cents)}\n");

            assertThat(Checked.codes(outcome, Severity.BLOCK).contains("foreign-key-partitioned"))
                    .isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @CsvSource({"14", "16", "18"})
    void aSubqueryIsJudgedOnEveryVersion(int version) throws SQLException {
        try (TestDatabase database = Clusters.postgres(version).freshDatabase()) {
            database.execute(Checked.ORDERS, "CREATE TABLE canary (id bigint)");

            assertThat(Checked.codes(judged(database, "(SELECT max(id) FROM public.canary)"), Severity.BLOCK))
                    .containsExactly("expression-reads-other-tables");
            assertThat(Checked.codes(judged(database, "(SELECT max(o.id) FROM public.orders o)"), Severity.BLOCK))
                    .containsExactly("expression-reads-own-table");
            assertThat(Checked.codes(judged(database, "(SELECT max(n) FROM unnest(ARRAY[id, 7]) n)"), Severity.BLOCK))
                    .isEmpty();
        }
    }

    private static Preflight.Outcome judged(TestDatabase database, String expression) throws SQLException {
        return Checked.outcome(database.url(), Checked.SPECIFICATION.replace("round(total * 100)::bigint", expression));
    }
}
