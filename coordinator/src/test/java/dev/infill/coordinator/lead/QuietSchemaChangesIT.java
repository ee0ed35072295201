package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.Manners;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.protocol.Stage;
import dev.infill.protocol.status.SchemaChangeReport;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every statement that changes the schema, from the first to the last of a rollback, on a table that is never at rest. */
@ExtendWith(ClusterExtension.class)
class QuietSchemaChangesIT {
    private static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: orders
            column: {name: total_cents, type: bigint, default: 0}
            fill: {expression: (total * 100)::bigint}
            indexes:
              - {name: orders_total_cents_idx, columns: [total_cents]}
              - {name: orders_big_idx, columns: ['(total * 2)', id], unique: true, include: [customer], where: total_cents > 100}
            constraints:
              notNull: true
              checks: [{name: orders_total_cents_positive, expression: total_cents >= 0}]
              foreignKey: {references: customers(id)}
            """;

    @Test
    void noStatementOfTheApplicationWaitsForLongerThanTheLockTimeout(TestDatabase database) throws SQLException {
        tables(database);
        Duration bound = Manners.of("infill").lockTimeout().plusMillis(50);
        List<SchemaChangeReport> changes;
        Crowd crowd = new Crowd(database).start();
        try (crowd;
                SchemaBench bench = SchemaBench.begin(database, SPECIFICATION)) {
            bench.until(Stage.INDEX);
            database.execute("UPDATE orders SET total_cents = 5"); // the workers' part
            bench.until(Stage.COMPLETE);
            assertThat(bench.row().problem()).isNull();
            assertThat(bench.row().stage()).isEqualTo(Stage.COMPLETE);

            bench.rollBack();
            changes = DdlLedger.changes(bench.connection(), "orders-total-cents");
        }

        assertThat(crowd.longestBehindInfill())
                .as(
                        "%s, %d looks, %d statements, the longest %s",
                        changes, crowd.looks(), crowd.statements(), crowd.longestStatement())
                .isLessThanOrEqualTo(bound);
        assertThat(crowd.longestStatement()).isLessThan(Duration.ofSeconds(10));
        assertThat(crowd.looks()).isGreaterThan(100);
        assertThat(crowd.statements()).isGreaterThan(100);
        assertThat(changes).allMatch(SchemaChangeReport::done).hasSizeGreaterThanOrEqualTo(14);
        // What the report says that nobody waited longer than is what was seen from outside.
        double reported = changes.stream()
                .mapToDouble(SchemaChangeReport::longestMillis)
                .max()
                .orElse(0);
        assertThat(crowd.longestBehindInfill().toMillis()).isLessThanOrEqualTo((long) reported + 25);
        assertThat(database.value(
                        "SELECT count(*) FROM pg_attribute WHERE attname = 'total_cents' AND NOT attisdropped"))
                .isEqualTo("0");
        assertThat(database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'orders'::regclass"))
                .isEqualTo("1");
        assertThat(database.value("SELECT count(*) FROM pg_publication")).isEqualTo("0");
    }

    private static void tables(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE TABLE customers (id bigint PRIMARY KEY)",
                "INSERT INTO customers SELECT generate_series(0, 1000)",
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) NOT NULL, customer bigint)",
                "INSERT INTO orders SELECT n, n % 7, n % 1000 FROM generate_series(1, 20000) n",
                "VACUUM ANALYZE orders");
    }
}
