package dev.infill.coordinator.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.WriterLedger;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class WriterWatchIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private TestDatabase database;
    private WriterWatch watch;

    @BeforeEach
    void start(TestDatabase fresh) throws SQLException {
        database = fresh;
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY)");
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
        }
        watch = new WriterWatch(new DatabaseUrl(Map.of()).parse("shop", database.url()));
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    private Connection application(String name) throws SQLException {
        char glue = database.jdbcUrl().contains("?") ? '&' : '?';
        Connection connection = DriverManager.getConnection(database.jdbcUrl() + glue + "ApplicationName=" + name);
        connection.setAutoCommit(false);
        return connection;
    }

    /** Writes a row and leaves the transaction open; answers its id's low 32 bits. */
    private static long write(Connection application, int id) throws SQLException {
        try (Statement statement = application.createStatement()) {
            statement.execute("INSERT INTO orders VALUES (" + id + ")");
            try (ResultSet xid = statement.executeQuery("SELECT pg_current_xact_id()::text::bigint")) {
                xid.next();
                return xid.getLong(1) & 0xFFFF_FFFFL;
            }
        }
    }

    private String seen() throws SQLException {
        return String.valueOf(
                database.value("SELECT coalesce(string_agg(application || ' ' || xid, ', ' ORDER BY application), '')"
                        + " FROM infill.writer_seen"));
    }

    @Test
    void notesWhoseTransactionsRun() throws SQLException {
        try (Connection old = application("shop-v1");
                Connection fresh = application("shop-v2");
                Connection reader = application("reader");
                Connection ours = application("infill-worker")) {
            long first = write(old, 1);
            long second = write(fresh, 2);
            write(ours, 3);
            reader.createStatement().execute("SELECT count(*) FROM orders");

            watch.watch(true);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(seen()).isEqualTo("shop-v1 " + first + ", shop-v2 " + second));
            assertThat(database.value("SELECT DISTINCT role FROM infill.writer_seen"))
                    .isEqualTo(database.value("SELECT current_user"));
        }
    }

    @Test
    void takesNoTransactionIdWhereThereIsNothingNew() throws SQLException {
        try (Connection old = application("shop-v1");
                Connection looker = application("infill writers");
                Statement statement = looker.createStatement()) {
            write(old, 1);
            WriterLedger.see(looker);
            looker.commit();

            WriterLedger.see(looker);

            try (ResultSet xid = statement.executeQuery("SELECT pg_current_xact_id_if_assigned() IS NULL")) {
                xid.next();
                assertThat(xid.getBoolean(1)).isTrue();
            }
        }
    }

    @Test
    void forgetsAfterAMinuteAndRestsWhenNobodyAsks() throws SQLException {
        database.execute("INSERT INTO infill.writer_seen VALUES (7, 'shop-v0', 'r', now() - interval '61 seconds'),"
                + " (8, 'shop-v1', 'r', now() - interval '30 seconds')");

        watch.watch(true);
        await().atMost(SOON).untilAsserted(() -> assertThat(seen()).isEqualTo("shop-v1 8"));
        watch.watch(false);

        await().atMost(SOON)
                .until(() -> "0"
                        .equals(database.value(
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'infill writers'")));
    }
}
