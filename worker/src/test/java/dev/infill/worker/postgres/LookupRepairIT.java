package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Follow.Link;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.worker.range.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class LookupRepairIT {
    private static final Migration MIGRATION = new Migration(
            "orders-customer",
            "shop",
            new TableName("public", "orders"),
            List.of(new Column("id", "bigint")),
            new Column("customer_id", "bigint"),
            new Fill("(SELECT c.id FROM public.customers c WHERE c.email = orders.email)", Keep.DERIVED),
            List.of(new Follow(
                    new TableName("public", "customers"), List.of(new Link(new Column("email", "text"), "email")))),
            List.of());

    /**
     * The first repair waits for the row when the second changes it and the other table has changed between: an UPDATE alone
     * would go on with its old snapshot of the other table and put back what was.
     */
    @Test
    void aRepairThatWaitedForAnotherDoesNotPutBackWhatItSawBefore(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE customers (id bigint PRIMARY KEY, email text)");
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, email text, customer_id bigint)");
        database.execute("INSERT INTO customers VALUES (1, 'a')");
        database.execute("INSERT INTO orders VALUES (10, 'a', NULL)");
        try (Connection second = database.connect();
                Connection first = database.connect();
                Statement lock = second.createStatement()) {
            second.setAutoCommit(false);
            first.setAutoCommit(false);
            lock.execute("SELECT FROM orders WHERE id = 10 FOR NO KEY UPDATE");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> repair(first));
            await("the first repair waits for the row")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> "1"
                            .equals(database.value("SELECT count(*) FROM pg_stat_activity"
                                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'")));

            database.execute("UPDATE customers SET id = 2");
            repair(second);
            waiting.get(20, TimeUnit.SECONDS);
        }
        assertThat(database.value("SELECT customer_id FROM orders WHERE id = 10"))
                .isEqualTo("2");
    }

    private static void repair(Connection connection) {
        try {
            new Table(MIGRATION).repair(connection, List.of(Key.of("10")), Difference.DISTINCT);
            connection.commit();
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }
}
