package dev.infill.coordinator.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.protocol.TableName;
import dev.infill.servers.PostgresServer;
import dev.infill.testkit.Clusters;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a table without being a session that anybody could ask to leave. */
class VacuumsAndPreparedIT {
    private static final SchemaChange ADDITION = new SchemaChange(
            "adding column c",
            "ALTER TABLE public.orders ADD COLUMN c bigint",
            Lock.ACCESS_EXCLUSIVE,
            new TableName("public", "orders"));
    private static final Duration YOUNG = Duration.ofMillis(100);

    /** Each turn of the loop takes a transaction id, so that the table becomes older than the server lets it. */
    private static final String GROW_OLD = """
            DO $$ BEGIN
                FOR n IN 1..100100 LOOP
                    BEGIN INSERT INTO burnt DEFAULT VALUES; RAISE EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN NULL; END;
                END LOOP;
            END $$
            """;

    private static final String VACUUMING =
            "SELECT EXISTS (SELECT FROM pg_stat_progress_vacuum WHERE relid = 'public.orders'::regclass)";

    private static Optional<String> obstacle(Connection connection, boolean vacuumYields) throws SQLException {
        return Obstacles.of(connection, ADDITION, vacuumYields, YOUNG);
    }

    private static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next() && result.getBoolean(1);
        }
    }

    @Test
    void namesThem(@TempDir Path folder) throws SQLException {
        var settings = Clusters.postgresSettings(Integer.getInteger("postgres.version", 18))
                .withParameter("max_prepared_transactions", "2")
                .withParameter("autovacuum_naptime", "1s")
                .withParameter("autovacuum_freeze_max_age", "100000");
        try (PostgresServer server = PostgresServer.start(folder.resolve("server"), settings);
                Connection connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE public.orders (id int PRIMARY KEY, t text) WITH (fillfactor = 10,"
                            + " autovacuum_enabled = off, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)");
            statement.execute("INSERT INTO public.orders SELECT n, repeat('x', 500) FROM generate_series(1, 5000) n");
            statement.execute("BEGIN; UPDATE public.orders SET t = 'y' WHERE id = 1; PREPARE TRANSACTION 'forgotten'");

            assertThat(obstacle(connection, true).orElseThrow())
                    .startsWith("prepared transaction 'forgotten' since ")
                    .endsWith(" UTC, which holds orders");
            statement.execute("ROLLBACK PREPARED 'forgotten'");
            assertThat(obstacle(connection, true)).isEmpty();

            // An autovacuum that nobody needs gives way to whoever waits, if we may hurry it.
            statement.execute("UPDATE public.orders SET t = 'z'");
            statement.execute("ALTER TABLE public.orders SET (autovacuum_enabled = on)");
            await().atMost(Duration.ofMinutes(1)).until(() -> isTrue(statement, VACUUMING));
            assertThat(obstacle(connection, true)).isEmpty();
            assertThat(obstacle(connection, false).orElseThrow()).startsWith("autovacuum, pid ");
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL lock_timeout = 200");
            DeadlockTimeout.shorten(connection, "SET LOCAL");
            Statements.lock(connection, ADDITION); // in time, because the vacuum has gone
            connection.rollback();
            connection.setAutoCommit(true);

            // One against wraparound does not.
            statement.execute("CREATE TEMP TABLE burnt ()");
            statement.execute(GROW_OLD);
            await().atMost(Duration.ofMinutes(1)).until(() -> isTrue(statement, VACUUMING));
            assertThat(obstacle(connection, true).orElseThrow())
                    .startsWith("autovacuum against wraparound, pid ")
                    .endsWith("which holds orders");
        }
    }
}
