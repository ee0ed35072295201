package dev.infill.bridge.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.bridge.change.ChangeSink;
import dev.infill.bridge.change.LogEntry.ReferenceChanged;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Change;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Follow.Link;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import dev.infill.protocol.json.Json;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class ReferrersIT {
    private static final TableName CUSTOMERS = new TableName("public", "customers");
    private static final Migration MIGRATION = new Migration(
            "orders-name",
            "shop",
            new TableName("public", "orders"),
            List.of(new Column("id", "bigint")),
            new Column("name", "text"),
            new Fill("(SELECT c.name FROM public.customers c WHERE c.email = orders.email)", Keep.DERIVED),
            List.of(new Follow(CUSTOMERS, List.of(new Link(new Column("email", "text"), "email")))),
            List.of());

    /** More than two transactions' worth of them, whose order as numbers is not that of their texts. */
    private static final int ROWS = 12_000;

    @Test
    void everyRowThatRefersIsToldOnceHoweverManyTransactionsThatTakes(TestDatabase database)
            throws SQLException, InterruptedException {
        prepare(database);
        long transaction = Long.parseLong(database.value("SELECT txid_current()"));
        Database shop = new Database("shop", database.jdbcUrl(), Map.of());
        Told told = new Told();
        try (Referrers referrers = new Referrers(shop, Manners.of("infill test"), Duration.ZERO)) {
            referrers.known(List.of(CUSTOMERS), true);

            referrers.deliver(
                    List.of(new ReferenceChanged(CUSTOMERS, List.of(Map.of("email", "a@b.c")), transaction, 1, 1)),
                    told);
        }

        assertThat(told.keys)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, ROWS)
                        .mapToObj(id -> Key.of(Long.toString(id)))
                        .toList());
    }

    private static void prepare(TestDatabase database) throws SQLException {
        database.execute(
                "CREATE TABLE public.customers (email text PRIMARY KEY, name text)",
                "CREATE TABLE public.orders (id bigint PRIMARY KEY, email text)",
                "INSERT INTO public.orders SELECT g, 'a@b.c' FROM generate_series(1, " + ROWS + ") g",
                "INSERT INTO public.orders VALUES (0, 'other'), (-1, NULL)");
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
            try (PreparedStatement statement = connection.prepareStatement(
                    "INSERT INTO infill.migration (name, specification, definition, stage) VALUES (?, '', ?::jsonb, 'fill')")) {
                statement.setString(1, MIGRATION.name());
                statement.setString(2, Json.write(MIGRATION));
                statement.executeUpdate();
            }
        }
    }

    /** Keeps the keys in the order in which they came. */
    private static final class Told implements ChangeSink {
        private final List<Key> keys = new ArrayList<>();

        @Override
        public void deliver(List<Change> changes) {
            changes.forEach(change -> keys.add(((KeyChanged) change).key()));
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
