package dev.infill.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.bridge.BridgeConfig;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.config.HttpAddress;
import dev.infill.coordinator.CheckMain;
import dev.infill.coordinator.CoordinatorConfig;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.Topics;
import dev.infill.protocol.status.CheckReport;
import dev.infill.protocol.status.CheckReport.RoleGrants;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.specification.SpecificationReader;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import dev.infill.testkit.TestKafka;
import dev.infill.transform.Row;
import dev.infill.transform.Transform;
import dev.infill.worker.WorkerConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The grants that the check prints are enough for a whole migration, with a role of its own for each part. */
@ExtendWith(ClusterExtension.class)
class GrantsIT {
    private static final String SPECIFICATION = """
            migration: granted
            database: shop
            table: store.orders
            column: {name: total_cents, type: bigint}
            fill:
              expression: money.cents(total)
            indexes:
              - {name: orders_total_cents_idx, columns: [total_cents]}
            constraints:
              notNull: true
              checks: [{name: positive, expression: total_cents >= 0}]
              foreignKey: {references: store.amounts(cents)}
            gates: {reads: evidence, writes: evidence, quiet: 1s, staleness: 30s}
            """;

    private static final String LOOKUP = """
            migration: granted
            database: shop
            table: store.orders
            column: {name: buyer, type: bigint}
            fill:
              expression: (SELECT b.id FROM people.buyers b WHERE b.email = orders.email)
              follows: [{table: people.buyers, on: buyers.email = orders.email}]
            """;

    private static final String TRANSFORM = """
            migration: granted
            database: shop
            table: store.orders
            column: {name: shouted, type: text}
            fill:
              transform: dev.infill.cli.embedded.GrantsIT$Shout
              reads: [email]
            """;

    /** Application code, on the worker's own class path. */
    public static final class Shout implements Transform {
        @Override
        public @Nullable Object value(Row row) {
            String email = row.text("email");
            return email == null ? null : email.toUpperCase(Locale.ROOT);
        }
    }

    @TempDir
    private Path folder;

    private TestDatabase database;

    @BeforeEach
    void prepare(TestDatabase given) throws SQLException {
        database = given;
        String owner = database.name() + "_owner";
        database.execute(
                "CREATE ROLE " + owner,
                "CREATE SCHEMA store AUTHORIZATION " + owner,
                "CREATE SCHEMA money",
                "CREATE FUNCTION money.cents(numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT ($1 * 100)::bigint'",
                "REVOKE EXECUTE ON FUNCTION money.cents(numeric) FROM PUBLIC",
                "GRANT USAGE ON SCHEMA money TO " + owner,
                "GRANT EXECUTE ON FUNCTION money.cents(numeric) TO " + owner,
                "CREATE TABLE store.amounts (cents bigint PRIMARY KEY)",
                "INSERT INTO store.amounts SELECT n * 100 FROM generate_series(1, 3000) n",
                "CREATE TABLE store.orders (id bigint PRIMARY KEY, total numeric NOT NULL, secret text, email text)",
                "INSERT INTO store.orders SELECT n, n, 'mine', 'e' || n % 100 FROM generate_series(1, 3000) n",
                "CREATE INDEX ON store.orders (email)",
                "CREATE SCHEMA people AUTHORIZATION " + owner,
                "CREATE TABLE people.buyers (id bigint PRIMARY KEY, email text, secret text)",
                "ALTER TABLE people.buyers REPLICA IDENTITY FULL",
                "CREATE INDEX ON people.buyers (email)",
                "INSERT INTO people.buyers SELECT n, 'e' || n, 'mine' FROM generate_series(0, 90) n",
                "ALTER TABLE people.buyers OWNER TO " + owner,
                "ALTER TABLE store.amounts OWNER TO " + owner,
                "ALTER TABLE store.orders OWNER TO " + owner,
                "REVOKE CONNECT, TEMP ON DATABASE " + database.name() + " FROM PUBLIC");
    }

    @AfterEach
    void dropRoles() throws SQLException {
        for (String role :
                List.of("infill_bridge", "infill_worker", "infill_coordinator", database.name() + "_owner")) {
            database.execute("DO $$ BEGIN IF to_regrole('" + role + "') IS NOT NULL THEN DROP OWNED BY " + role
                    + " CASCADE; DROP ROLE " + role + "; END IF; END $$");
        }
    }

    private Database as(String role) {
        return new DatabaseUrl(Map.of()).parse("shop", database.url().replaceFirst("://[^@/]*@", "://" + role + "@"));
    }

    @Test
    void areEnoughForAWholeMigrationAndForNothingElse(TestKafka kafka) throws Exception {
        grant(SPECIFICATION);

        MigrationStatus end = migrate(SPECIFICATION, kafka, status -> status.outcome() != null);

        assertThat(end.outcome()).as("%s", end).isEqualTo("complete");
        assertThat(database.value("SELECT count(*) FROM store.orders WHERE total_cents IS DISTINCT FROM total * 100"))
                .isEqualTo("0");
        assertThat(database.value("SELECT has_column_privilege('infill_worker', 'store.orders', 'secret', 'SELECT')"
                        + " OR has_column_privilege('infill_worker', 'store.orders', 'total', 'UPDATE')"
                        + " OR has_table_privilege('infill_worker', 'store.orders', 'DELETE, INSERT, TRUNCATE')"
                        + " OR has_table_privilege('infill_worker', 'infill.lease', 'SELECT, UPDATE')"
                        + " OR has_any_column_privilege('infill_bridge', 'store.orders', 'SELECT, UPDATE')"))
                .isEqualTo("f");
    }

    @Test
    void areEnoughToFollowAnotherTable(TestKafka kafka) throws Exception {
        grant(LOOKUP);

        MigrationStatus end = migrate(LOOKUP, kafka, status -> {
            boolean inSync = status.stage() == Stage.SYNC;
            if (inSync) {
                execute("UPDATE people.buyers SET id = 1000 + id % 1000");
            }
            return inSync && value("SELECT min(buyer) FROM store.orders").equals("1000");
        });

        assertThat(end.stage()).as("%s", end).isEqualTo(Stage.SYNC);
        assertThat(value("SELECT count(*) FROM store.orders o LEFT JOIN people.buyers b USING (email)"
                        + " WHERE o.buyer IS DISTINCT FROM b.id"))
                .isEqualTo("0");
        assertThat(value("SELECT has_column_privilege('infill_bridge', 'store.orders', 'secret', 'SELECT')"
                        + " OR has_any_column_privilege('infill_bridge', 'people.buyers', 'SELECT')"
                        + " OR has_any_column_privilege('infill_worker', 'people.buyers', 'UPDATE')"))
                .isEqualTo("f");
    }

    @Test
    void areEnoughForApplicationCode(TestKafka kafka) throws Exception {
        grant(TRANSFORM);

        MigrationStatus end = migrate(TRANSFORM, kafka, status -> status.stage() == Stage.SYNC);

        assertThat(end.stage()).as("%s", end).isEqualTo(Stage.SYNC);
        assertThat(value("SELECT count(*) FROM store.orders WHERE shouted IS DISTINCT FROM upper(email)"))
                .isEqualTo("0");
    }

    private void grant(String specification) throws SQLException {
        Database superuser = new DatabaseUrl(Map.of()).parse("shop", database.url());
        CheckReport report = CheckMain.check(SpecificationReader.read(specification), superuser, List.of(superuser));
        for (RoleGrants grants : report.grants()) {
            database.execute(grants.sql());
        }
    }

    private void execute(String sql) {
        try {
            database.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String value(String sql) {
        try {
            return String.valueOf(database.value(sql));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private MigrationStatus migrate(String specification, TestKafka kafka, Predicate<MigrationStatus> reached) {
        KafkaSettings settings = new KafkaSettings(
                kafka.bootstrapServers(), new Topics(kafka.prefix().replaceFirst("\\.$", "")), (short) 1, Map.of());
        try (Parts parts = new Parts()) {
            parts.coordinator(new CoordinatorConfig(
                    "c", List.of(as("infill_coordinator")), settings, folder.resolve("coordinator")));
            parts.worker(new WorkerConfig("w", List.of(as("infill_worker")), settings, 2, List.of()));
            parts.bridge(new BridgeConfig("b", List.of(as("infill_bridge")), settings));
            CoordinatorClient client =
                    new CoordinatorClient(parts.serve(HttpAddress.loopback(0)).url(), "test");
            client.submit(specification);
            return await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(250))
                    .until(
                            () -> client.status("granted").value(),
                            status -> reached.test(status)
                                    || status.standing() == Standing.FAILED
                                    || status.standing() == Standing.REFUSED);
        }
    }
}
