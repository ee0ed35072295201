package dev.infill.coordinator.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Reading.Measured;
import dev.infill.coordinator.pace.Reading.Unreadable;
import dev.infill.protocol.TableName;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class SignalsIT {
    private TestDatabase database;
    private Connection ours;
    private final List<Connection> others = new ArrayList<>();

    @BeforeEach
    void connect(TestDatabase fresh) throws SQLException {
        database = fresh;
        ours = session("infill signals");
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint) WITH (autovacuum_enabled = off)",
                "INSERT INTO orders SELECT n, n FROM generate_series(1, 2000) n");
    }

    @AfterEach
    void disconnect() throws SQLException {
        for (Connection other : others) {
            other.close();
        }
    }

    private Connection session(String applicationName) throws SQLException {
        Connection session = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=" + applicationName);
        others.add(session);
        return session;
    }

    private static void run(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private double value(Source source) throws SQLException {
        Reading reading = source.read(ours);
        assertThat(reading).isInstanceOf(Measured.class);
        return ((Measured) reading).value();
    }

    @Test
    void aSlotThatNobodyReadsRetainsWal() throws SQLException {
        database.execute("SELECT pg_create_logical_replication_slot('unread', 'test_decoding')");
        double before = value(new RetainedWal());

        database.execute("SELECT pg_logical_emit_message(true, 'test', repeat('x', 3000000))");

        assertThat(value(new RetainedWal()) - before).isGreaterThan(3_000_000);
    }

    @Test
    void aSessionThatWaitsForARowOfOursIsALockWait() throws SQLException {
        Connection worker = session("infill worker 1");
        Connection shop = session("shop");
        worker.setAutoCommit(false);
        run(worker, "UPDATE orders SET total = 0 WHERE id = 1");
        assertThat(value(new LockWaits())).isZero();

        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> unchecked(shop, "UPDATE orders SET total = 1 WHERE id = 1"));

        await().untilAsserted(() -> assertThat(value(new LockWaits())).isEqualTo(1));
        worker.rollback();
        waiting.join();
        assertThat(value(new LockWaits())).isZero();
    }

    private static void unchecked(Connection session, String sql) {
        try {
            run(session, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void waitsThatOthersCauseAreNotOurs() throws SQLException {
        Connection holder = session("psql");
        Connection shop = session("shop");
        holder.setAutoCommit(false);
        run(holder, "UPDATE orders SET total = 0 WHERE id = 1");

        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> unchecked(shop, "UPDATE orders SET total = 1 WHERE id = 1"));

        await().until(() -> "1".equals(database.value("SELECT count(*) FROM pg_locks WHERE NOT granted")));
        assertThat(value(new LockWaits())).isZero();
        holder.rollback();
        waiting.join();
    }

    @Test
    void anOpenTransactionThatHasReadIsAnOldSnapshot() throws SQLException {
        Connection report = session("report");
        report.setAutoCommit(false);
        report.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        run(report, "SELECT count(*) FROM orders");
        OldestSnapshot oldest = new OldestSnapshot();

        await().untilAsserted(() -> assertThat(value(oldest)).isGreaterThan(0.3));

        report.rollback();
        assertThat(value(oldest)).isLessThan(0.3);
    }

    @Test
    void ourOwnSnapshotsDoNotHoldUsBack() throws SQLException {
        Connection worker = session("infill worker 1");
        worker.setAutoCommit(false);
        worker.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        run(worker, "SELECT count(*) FROM orders");

        await().untilAsserted(() -> assertThat(value(new BatchLatency())).isGreaterThan(300));

        assertThat(value(new OldestSnapshot())).isLessThan(0.3);
    }

    @Test
    void aPreparedTransactionIsAnOldSnapshotWhereTheServerAllowsThem() throws SQLException {
        org.junit.jupiter.api.Assumptions.assumeFalse(
                "0".equals(database.value("SELECT current_setting('max_prepared_transactions')")));
        database.execute("BEGIN; UPDATE orders SET total = 0 WHERE id = 1; PREPARE TRANSACTION 'held'");
        try {
            await().untilAsserted(() -> assertThat(value(new OldestSnapshot())).isGreaterThan(0.3));
        } finally {
            database.execute("ROLLBACK PREPARED 'held'");
        }
    }

    @Test
    void connectionsAreAShareOfWhatTheServerHas() throws SQLException {
        double before = value(new Connections());

        for (int i = 0; i < 20; i++) {
            session("shop");
        }

        // 197 of 200 are for ordinary roles.
        await().untilAsserted(
                        () -> assertThat(value(new Connections()) - before).isBetween(9.0, 12.0));
    }

    @Test
    void deadRowsAreCountedForAHundredLiveOnes() throws SQLException {
        DeadRows dead = new DeadRows(new TableName("public", "orders"));

        database.execute("UPDATE orders SET total = total + 1");

        await().untilAsserted(() -> assertThat(value(dead)).isBetween(90.0, 101.0));
    }

    /** As they are in a database that was copied or restored. */
    @Test
    void deadRowsAreNotManyBecauseTheStatisticsBeganAnew() throws SQLException {
        database.execute(
                "CREATE TABLE copied AS SELECT g AS id FROM generate_series(1, 10000) g",
                "ANALYZE copied",
                "SELECT pg_stat_reset()",
                "UPDATE copied SET id = -id WHERE id <= 5000");

        DeadRows dead = new DeadRows(new TableName("public", "copied"));

        await().untilAsserted(() -> assertThat(value(dead)).isBetween(45.0, 55.0));
    }

    @Test
    void withoutAnArchiveNothingWaitsForIt() throws SQLException {
        assertThat(value(new ArchiveBacklog())).isZero();
    }

    @Test
    void withoutAStandbyThereIsNoLag() throws SQLException {
        assertThat(value(new ReplicaLag())).isZero();
    }

    @Test
    void anOperatorsQueryIsASignal() throws SQLException {
        assertThat(value(new OperatorQuery("SELECT count(*) FROM orders WHERE total < 11")))
                .isEqualTo(10);
        assertThat(new OperatorQuery("SELECT NULL::int").read(ours)).isEqualTo(new Unreadable("it answers no number"));
    }

    @Test
    void whatARoleMayNotSeeIsUnreadableAndNotZero() throws SQLException {
        String role = "blind_" + database.name();
        database.execute("CREATE ROLE " + role + " LOGIN");
        session("shop");
        session("infill worker 1");
        try (Connection blind =
                DriverManager.getConnection(database.jdbcUrl().replace("user=postgres", "user=" + role))) {
            assertThat(new OldestSnapshot().read(blind)).isEqualTo(new Unreadable(Numbers.MONITOR));
            assertThat(new BatchLatency().read(blind)).isEqualTo(new Unreadable(Numbers.MONITOR));
            assertThat(new LockWaits().read(blind)).isInstanceOf(Measured.class);
            assertThat(new RetainedWal().read(blind)).isInstanceOf(Measured.class);
            assertThat(new ArchiveBacklog().read(blind)).isInstanceOf(Measured.class);
            assertThat(new Connections().read(blind)).isInstanceOf(Measured.class);

            database.execute("GRANT pg_monitor TO " + role);

            assertThat(new OldestSnapshot().read(blind)).isInstanceOf(Measured.class);
            assertThat(new BatchLatency().read(blind)).isInstanceOf(Measured.class);
        } finally {
            database.execute("DROP ROLE " + role);
        }
    }
}
