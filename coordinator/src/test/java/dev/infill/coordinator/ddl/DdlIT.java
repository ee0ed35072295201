package dev.infill.coordinator.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.ddl.Ddl.Settings;
import dev.infill.coordinator.migration.Patience;
import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Lease;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.SchemaChangeReport;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class DdlIT {
    private static final String NAME = "orders-total-cents";
    private static final TableName ORDERS = new TableName("public", "orders");
    private static final SchemaChange ADDITION = new SchemaChange(
            "adding column c", "ALTER TABLE public.orders ADD COLUMN c bigint", Lock.ACCESS_EXCLUSIVE, ORDERS);
    private static final SchemaChange BUILDING = new SchemaChange(
            "building index i",
            "CREATE INDEX CONCURRENTLY i ON public.orders (total)",
            Lock.SHARE_UPDATE_EXCLUSIVE,
            ORDERS);
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    private TestDatabase database;
    private Connection connection;
    private LeaderSession session;

    @BeforeEach
    void lead(TestDatabase fresh) throws SQLException {
        database = fresh;
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint)",
                "INSERT INTO orders SELECT n, n FROM generate_series(1, 100) n");
        connection = Sessions.open(
                new DatabaseUrl(Map.of()).parse("shop", database.url()), Manners.of("infill coordinator"));
        LedgerSchema.createIfMissing(connection);
        session = new LeaderSession(
                connection, "test", Lease.take(connection, "test").orElseThrow());
        database.execute("INSERT INTO infill.migration (name, specification, definition) VALUES ('" + NAME
                + "', '', '{\"table\": {\"schema\": \"public\", \"name\": \"orders\"}}')");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private static Ddl ddl(Settings settings) {
        return new Ddl(settings, System::nanoTime, new Random(1));
    }

    /** A session of the application whose transaction has read the table and goes on. */
    private Connection holding(String sql) throws SQLException {
        Connection holder = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=reports");
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute(sql);
        }
        return holder;
    }

    private Optional<String> apply(Ddl ddl) throws SQLException {
        return ddl.apply(session, NAME, ADDITION, c -> {});
    }

    private SchemaChangeReport report() throws SQLException {
        return DdlLedger.changes(connection, NAME).get(0);
    }

    @Test
    void doesNotTryWhileItSeesThatItWouldHaveToQueueAndSaysWhoIsInTheWay() throws SQLException {
        Ddl ddl = ddl(Settings.with(TIMEOUT));
        try (Connection holder = holding("SELECT 4711 FROM orders")) {
            String pid = database.value(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'reports' AND state = 'idle in transaction'");
            await().until(() -> "t"
                    .equals(database.value(
                            "SELECT xact_start < clock_timestamp() - interval '150 ms' FROM pg_stat_activity WHERE pid = "
                                    + pid)));

            String words = apply(ddl).orElseThrow();

            assertThat(words)
                    .matches("adding column c waits for pid " + pid + " \\(reports\\), idle in transaction since"
                            + " \\d\\d:\\d\\d:\\d\\d UTC, which holds (public\\.)?orders")
                    .doesNotContain("4711");
            assertThat(report().tries()).isZero();
            assertThat(report().waitsFor()).contains("pid " + pid);
            assertThat(report().done()).isFalse();

            holder.rollback();
            await().until(() -> apply(ddl).isEmpty());
        }
        assertThat(report().done()).isTrue();
        assertThat(report().tries()).isEqualTo(1);
        assertThat(report().waitsFor()).isNull();
        assertThat(report().queuedMillis()).isLessThan(200);
        assertThat(report().heldMillis()).isPositive();
        assertThat(database.value("SELECT count(*) FROM information_schema.columns WHERE column_name = 'c'"))
                .isEqualTo("1");
    }

    @Test
    void waitsForOthersWhoWait() throws SQLException {
        Ddl ddl = ddl(Settings.with(TIMEOUT));
        try (Connection holder = holding("SELECT 1 FROM orders");
                Connection waiter = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=dba")) {
            Thread asks = new Thread(() -> {
                try (Statement statement = waiter.createStatement()) {
                    statement.execute("ALTER TABLE orders ADD COLUMN d int");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            asks.start();
            await().until(() -> "1"
                    .equals(database.value(
                            "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")));

            // Young transactions are no obstacle, whoever waits is.
            String words = apply(ddl(new Settings(
                            TIMEOUT, TIMEOUT, Duration.ofHours(1), Duration.ZERO, Patience.Limits.DEFAULT)))
                    .orElseThrow();

            assertThat(words).contains("(dba)").endsWith("which waits for public.orders");
            holder.rollback();
            await().until(() -> apply(ddl).isEmpty());
        }
    }

    @Test
    void whatItCannotSeeComingCostsALockTimeoutATryAndIsBounded() throws SQLException {
        Patience.Limits limits = new Patience.Limits(
                Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(300), Duration.ofMinutes(1));
        Ddl ddl = ddl(new Settings(Duration.ofMillis(100), TIMEOUT, Duration.ofHours(1), Duration.ZERO, limits));
        try (Connection holder = holding("SELECT 1 FROM orders")) {
            await().until(() -> apply(ddl).orElseThrow().contains("it is not tried for"));
            int tries = report().tries();
            double queued = report().queuedMillis();

            assertThat(apply(ddl).orElseThrow())
                    .matches("adding column c stood in the queue until others may have waited 0\\.[3-9] s for it:"
                            + " it is not tried for \\d+ s");
            assertThat(report().tries()).isEqualTo(tries).isBetween(2, 3);
            assertThat(queued).isGreaterThanOrEqualTo(200);
            assertThat(report().longestMillis()).isBetween(95.0, queued);
            holder.rollback();
        }
        // A pause is a pause, also when the table is free by now.
        assertThat(apply(ddl)).isPresent();
        assertThat(apply(ddl(Settings.with(TIMEOUT)))).isEmpty();
        assertThat(DdlLedger.changes(connection, NAME)).hasSize(1);
        assertThat(report().done()).isTrue();
    }

    @Test
    void whatMustCommitWithAChangeDoesOrNeitherDoes() throws SQLException {
        SchemaChange broken = new SchemaChange(
                "adding column c", "ALTER TABLE public.orders ADD COLUMN total int", Lock.ACCESS_EXCLUSIVE, ORDERS);
        Ddl ddl = ddl(Settings.with(TIMEOUT));

        SQLException refused =
                catchThrowableOfType(SQLException.class, () -> ddl.apply(session, NAME, broken, DdlIT::remember));

        assertThat(refused.getSQLState()).isEqualTo("42701");
        assertThat(database.value("SELECT memo FROM infill.migration")).isEqualTo("{}");
        assertThat(ddl.apply(session, NAME, ADDITION, DdlIT::remember)).isEmpty();
        assertThat(database.value("SELECT memo FROM infill.migration")).isEqualTo("{\"done\": true}");
    }

    private static void remember(Connection c) throws SQLException {
        try (Statement statement = c.createStatement()) {
            statement.executeUpdate("UPDATE infill.migration SET memo = '{\"done\": true}'");
        }
    }

    @Test
    void anIndexBuildWaitsForOldSnapshotsFirstAndThenGoesOnSayingSo() throws SQLException {
        Ddl bounded = ddl(new Settings(TIMEOUT, TIMEOUT, TIMEOUT, Duration.ofMillis(300), Patience.Limits.DEFAULT));
        Ddl ddl = ddl(Settings.with(TIMEOUT));
        try (Connection holder = DriverManager.getConnection(database.jdbcUrl() + "&ApplicationName=backup")) {
            holder.setAutoCommit(false);
            holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            holder.createStatement().execute("SELECT 1"); // has never seen the table
            await().until(() -> ddl.begin(session, NAME, BUILDING).isPresent());

            assertThat(ddl.begin(session, NAME, BUILDING).orElseThrow())
                    .startsWith("building index i waits for the old snapshot of pid ")
                    .contains("(backup), idle in transaction since ");
            assertThat(report().waitsFor()).contains("(backup)");
            await().until(() -> bounded.begin(session, NAME, BUILDING).isEmpty());
            assertThat(report().waitsFor()).startsWith("went on beside the old snapshot of pid ");
        }
        await().until(() -> ddl.begin(session, NAME, BUILDING).isEmpty());
    }

    @Test
    void aLongChangeRunsInItsOwnSessionAndTheLeaderWritesDownHowItWent() throws SQLException {
        Ddl ddl = ddl(Settings.with(TIMEOUT));
        assertThat(ddl.begin(session, NAME, BUILDING)).isEmpty();
        assertThat(Objects.requireNonNull(DdlLedger.status(connection, NAME).running())
                        .what())
                .isEqualTo("building index i");

        try (Connection own = database.connect()) {
            ddl.runBeside(own, NAME, BUILDING, Optional.empty());
        }
        ddl.settle(session, NAME, BUILDING, null);

        assertThat(DdlLedger.status(connection, NAME).running()).isNull();
        assertThat(report().done()).isTrue();
        assertThat(report().longestMillis()).isZero();
        assertThat(report().heldMillis()).isPositive();
    }
}
