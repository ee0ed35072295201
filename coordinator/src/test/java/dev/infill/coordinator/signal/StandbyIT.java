package dev.infill.coordinator.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Reading.Measured;
import dev.infill.coordinator.pace.Reading.Unreadable;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import dev.infill.testkit.Clusters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a server with a standby and an archive shows. */
class StandbyIT {
    private static PostgresServer primary;
    private static PostgresServer standby;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException, SQLException {
        PostgresSettings settings = Clusters.postgresSettings(18)
                .withWalSegmentMegabytes(1)
                .withParameter("archive_mode", "on")
                .withParameter("archive_command", "false")
                .withParameter("wal_receiver_status_interval", "100ms");
        Path first = folder.resolve("primary");
        PostgresServer.start(first, settings).close();
        Path second = folder.resolve("standby");
        copy(first.resolve("data"), second.resolve("data"));
        Files.createFile(second.resolve("data").resolve("standby.signal"));
        primary = PostgresServer.start(first, settings);
        run(primary, "SELECT pg_create_physical_replication_slot('standby', true)");
        standby = PostgresServer.start(
                second,
                settings.withParameter("primary_slot_name", "standby")
                        .withParameter("hot_standby_feedback", "on")
                        .withParameter(
                                "primary_conninfo",
                                "host=127.0.0.1 user=postgres dbname=postgres port=" + primary.port()));
    }

    @AfterAll
    static void stop() {
        standby.stopImmediate();
        primary.stopImmediate();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void run(PostgresServer server, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Reading read(Source source, String user) throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(primary.jdbcUrl("postgres").replace("user=postgres", "user=" + user))) {
            return source.read(connection);
        }
    }

    private static double value(Source source) throws SQLException {
        return ((Measured) read(source, "postgres")).value();
    }

    @Test
    void aStandbyThatDoesNotReplayLagsMoreAndMore() throws SQLException {
        ReplicaLag lag = new ReplicaLag();
        run(primary, "CREATE TABLE IF NOT EXISTS notes (n int)", "INSERT INTO notes VALUES (1)");
        await().untilAsserted(() -> assertThat(value(lag)).isLessThan(1));

        run(standby, "SELECT pg_wal_replay_pause()");

        try {
            await().untilAsserted(() -> {
                run(primary, "INSERT INTO notes VALUES (2)");
                assertThat(value(lag)).isGreaterThan(1.5);
            });
        } finally {
            run(standby, "SELECT pg_wal_replay_resume()");
        }
        await().untilAsserted(() -> {
            run(primary, "INSERT INTO notes VALUES (3)");
            assertThat(value(lag)).isLessThan(1);
        });
    }

    @Test
    void whoMayNotSeeStandbysDoesNotTakeThemForCaughtUp() throws SQLException {
        run(primary, "CREATE ROLE blind LOGIN");

        assertThat(read(new ReplicaLag(), "blind")).isEqualTo(new Unreadable(Numbers.MONITOR));

        run(primary, "GRANT pg_monitor TO blind");
        assertThat(read(new ReplicaLag(), "blind")).isInstanceOf(Measured.class);
    }

    @Test
    void ourSlotIsKeptByAStandbyThatSynchronizesSlots() throws SQLException {
        try (Connection connection = DriverManager.getConnection(primary.jdbcUrl("postgres"))) {
            Capture.createSlot(connection, "infill_kept");
        }
        try {
            await().until(StandbyIT::isKept);
        } finally {
            run(primary, "SELECT pg_drop_replication_slot('infill_kept')");
        }
    }

    /** Does what the server's background writer and a bridge do, for a slot that stands still is not kept; and synchronizes. */
    private static boolean isKept() throws SQLException {
        run(
                primary,
                "SELECT pg_log_standby_snapshot()",
                "SELECT pg_log_standby_snapshot()",
                "SELECT pg_replication_slot_advance('infill_kept', pg_current_wal_lsn())");
        String now = text(primary, "SELECT pg_current_wal_lsn()");
        await().until(() -> text(standby, "SELECT pg_last_wal_replay_lsn() >= '" + now + "'")
                .equals("t"));
        run(standby, "SELECT pg_sync_replication_slots()");
        return text(standby, "SELECT synced AND NOT temporary FROM pg_replication_slots WHERE failover")
                .equals("t");
    }

    private static String text(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : "";
        }
    }

    @Test
    void whatTheArchiveDoesNotTakePilesUp() throws SQLException {
        for (int segment = 0; segment < 4; segment++) {
            run(primary, "SELECT pg_logical_emit_message(true, 'test', 'x')", "SELECT pg_switch_wal()");
        }

        await().untilAsserted(() -> assertThat(value(new ArchiveBacklog())).isGreaterThanOrEqualTo(3 << 20));
    }
}
