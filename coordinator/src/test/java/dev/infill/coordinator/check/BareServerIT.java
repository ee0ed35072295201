package dev.infill.coordinator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.check.Preflight.Outcome;
import dev.infill.protocol.status.Finding.Severity;
import dev.infill.servers.PostgresServer;
import dev.infill.testkit.Clusters;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a server that is set up for nothing shows. */
class BareServerIT {
    /** Each turn of the loop takes a transaction id, so that the table becomes older than the server lets it. */
    private static final String GROW_OLD = """
            DO $$ BEGIN
                FOR n IN 1..100100 LOOP
                    BEGIN INSERT INTO burnt DEFAULT VALUES; RAISE EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN NULL; END;
                END LOOP;
            END $$
            """;

    @Test
    void saysEverythingThatTheServerLacks(@TempDir Path folder) throws SQLException {
        var settings = Clusters.postgresSettings(Integer.getInteger("postgres.version", 18))
                .withParameter("wal_level", "replica")
                .withParameter("max_replication_slots", "0")
                .withParameter("max_wal_senders", "0")
                .withParameter("max_slot_wal_keep_size", "1GB")
                .withParameter("max_prepared_transactions", "2")
                .withParameter("autovacuum_freeze_max_age", "100000")
                .withParameter("autovacuum_naptime", "1h")
                .withParameter("shared_preload_libraries", "pg_stat_statements")
                .withParameter("archive_mode", "on")
                .withParameter("archive_command", "false");
        try (PostgresServer server = PostgresServer.start(folder.resolve("server"), settings);
                Connection connection = Checked.open(server.url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(Checked.ORDERS.replace("orders", "public.orders"));
            statement.execute("CREATE TEMP TABLE burnt ()");
            statement.execute(GROW_OLD.replace("burnt", "pg_temp.burnt"));
            statement.execute("BEGIN; CREATE TABLE public.t (); PREPARE TRANSACTION 'forgotten'");
            statement.execute("CREATE EXTENSION pg_stat_statements WITH SCHEMA public");
            statement.execute("SELECT * FROM public.orders");
            statement.execute("SELECT pg_switch_wal()");
            await().until(() -> !Query.of(connection, "SELECT 1 FROM pg_stat_archiver WHERE failed_count > 0")
                    .texts()
                    .isEmpty());

            Outcome outcome = Checked.outcome(server.url("postgres"), Checked.SPECIFICATION);

            assertThat(Checked.codes(outcome, Severity.BLOCK))
                    .containsExactlyInAnyOrder("wal-level", "no-replication-slot-free", "no-wal-sender-free");
            assertThat(Checked.codes(outcome, Severity.WARN))
                    .containsExactlyInAnyOrder(
                            "prepared-transactions", "wraparound-vacuum", "wal-archiving-fails", "select-star");
            assertThat(outcome.findings())
                    .filteredOn(finding -> finding.code().equals("select-star"))
                    .allMatch(finding -> finding.found().contains("SELECT * FROM public.orders"));
        }
    }
}
