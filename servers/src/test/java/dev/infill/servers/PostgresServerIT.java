package dev.infill.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.infill.servers.ParentDeathIT.StartsServers;
import dev.infill.servers.process.Folders;
import dev.infill.servers.process.FreePorts;
import dev.infill.servers.process.ServerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
    private static final PostgresSettings SETTINGS =
            PostgresSettings.defaults().withBinaries(Path.of(System.getProperty("java.io.tmpdir"), "infill-postgres"));

    @TempDir
    private Path dir;

    @Test
    void startsTheVersionAskedForWithFsyncOn() throws SQLException {
        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            assertThat(value(server, "show server_version")).startsWith("18.");
            assertThat(value(server, "show fsync")).isEqualTo("on");
            assertThat(value(server, "show wal_level")).isEqualTo("logical");
        }
    }

    @Test
    void comesBackOnItsPortWithItsDataAfterEveryKindOfStop() throws SQLException {
        int port;
        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            port = server.port();
            execute(server, "create table kept (id int)");
            execute(server, "insert into kept values (1)");
        }

        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            assertThat(server.port()).isEqualTo(port);
            execute(server, "insert into kept values (2)");
            server.stopImmediate();
            assertThat(server.isRunning()).isFalse();
        }
        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            assertThat(server.port()).isEqualTo(port);
            execute(server, "insert into kept values (3)");
            server.kill();
            assertThat(server.isRunning()).isFalse();
        }
        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(value(server, "select count(*) from kept")).isEqualTo("3");
        }
    }

    @Test
    void refusesASecondStartInTheSameFolder() {
        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            assertThatThrownBy(() -> PostgresServer.start(dir.resolve("pg"), SETTINGS))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining(dir.resolve("pg") + " is in use by process "
                            + ProcessHandle.current().pid());

            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void asksForThePasswordItWasCreatedWith() throws SQLException {
        var settings = SETTINGS.withPassword("it's a p@ss/word");

        try (var server = PostgresServer.start(dir.resolve("pg"), settings)) {
            assertThat(value(server, "select 1")).isEqualTo("1");
            assertThat(server.url("shop"))
                    .isEqualTo("postgres://postgres:it%%27s%%20a%%20p%%40ss%%2Fword@127.0.0.1:%d/shop"
                            .formatted(server.port()));
            assertThatThrownBy(() -> DriverManager.getConnection(
                            server.jdbcUrl("postgres").replaceAll("password=.*", "password=wrong")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(dir.resolve("pg/password")).doesNotExist();
        }
    }

    @Test
    void takesParametersThatCanStillBeChangedWhileItRuns() throws SQLException {
        var settings = SETTINGS.withWalSegmentMegabytes(1)
                .withParameter("max_slot_wal_keep_size", "8MB")
                .withParameter("cluster_name", "it's ours");

        try (var server = PostgresServer.start(dir.resolve("pg"), settings)) {
            assertThat(value(server, "show wal_segment_size")).isEqualTo("1MB");
            assertThat(value(server, "show cluster_name")).isEqualTo("it's ours");
            assertThat(value(server, "show max_slot_wal_keep_size")).isEqualTo("8MB");

            execute(server, "alter system set max_slot_wal_keep_size = '16MB'");
            execute(server, "select pg_reload_conf()");

            Awaitility.await().until(() -> "16MB".equals(value(server, "show max_slot_wal_keep_size")));
        }
    }

    @Test
    void quotesItsLogWhenItCannotStart() throws IOException {
        int port = FreePorts.next();
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> PostgresServer.start(dir.resolve("pg"), SETTINGS.withPort(taken.getLocalPort())))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining(dir.resolve("pg/postgres.log").toString())
                    .hasMessageContaining("Address already in use");
        }

        PostgresServer.start(dir.resolve("pg"), SETTINGS).close();
    }

    @Test
    void refusesDataOfAnotherVersion() throws IOException {
        PostgresServer.start(dir.resolve("pg"), SETTINGS).close();
        Files.writeString(dir.resolve("pg/data/PG_VERSION"), "17\n");

        assertThatThrownBy(() -> PostgresServer.start(dir.resolve("pg"), SETTINGS))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("of PostgreSQL 17, not 18");
    }

    @Test
    void saysWhatToAddForAVersionThatIsNotThere() {
        assertThatThrownBy(() -> PostgresServer.start(dir.resolve("pg"), SETTINGS.withVersion(15)))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("no PostgreSQL 15 on the class path");
    }

    @Test
    void closesWhileClientsAreConnectedAndMayBeClosedTwice() throws SQLException {
        var server = PostgresServer.start(dir.resolve("pg"), SETTINGS);

        try (var client = DriverManager.getConnection(server.jdbcUrl("postgres"))) {
            server.close();
            server.close();

            assertThat(client.isValid(1)).isFalse();
        }
        assertThat(server.isRunning()).isFalse();
    }

    @Test
    void createsItsDataAnewWhenTheFirstAttemptWasCutShort() throws IOException, SQLException {
        Files.createDirectories(dir.resolve("pg/data.part/base"));
        Files.writeString(dir.resolve("pg/data.part/PG_VERSION"), "18\n");

        try (var server = PostgresServer.start(dir.resolve("pg"), SETTINGS)) {
            assertThat(value(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void runsAsNobodyWhereRootMayNotMakeANamespace() throws IOException {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
        // JUnit's folder is root's alone.
        Path open = Files.createTempDirectory("infill-nobody");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path programs = programs("setpriv", "setsid", "true", "chown");

        try (var parent =
                new JavaChild(Map.of("PATH", programs.toString()), StartsServers.class, open.toString(), "postgres")) {
            long server = Long.parseLong(parent.line());

            assertThat(ProcessHandle.of(server)
                            .flatMap(process -> process.info().user()))
                    .contains("nobody");
            parent.kill();
            Awaitility.await().until(() -> ProcessHandle.of(server).isEmpty());
        } finally {
            Folders.delete(open);
        }
    }

    /** A PATH with these programs and no others. */
    private Path programs(String... names) throws IOException {
        Path folder = Files.createDirectory(dir.resolve("bin"));
        for (String name : names) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("/usr/bin", name));
        }
        return folder;
    }

    private static String value(PostgresServer server, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
