package dev.infill.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.servers.process.ServerException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
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
