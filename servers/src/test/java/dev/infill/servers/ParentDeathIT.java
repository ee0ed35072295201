package dev.infill.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers' parent dies by {@code kill -9}, when no line of its own code runs. */
class ParentDeathIT {
    @TempDir
    private Path dir;

    @Test
    void bothServersEndWithTheirParent() throws IOException {
        try (var parent = new JavaChild(Map.of(), StartsServers.class, dir.toString(), "postgres", "kafka")) {
            long postgres = Long.parseLong(parent.line());
            long kafka = Long.parseLong(parent.line());

            parent.kill();

            Awaitility.await().until(() -> !isAlive(postgres) && !isAlive(kafka));
            assertThat(dir.resolve("kafka/data/.kafka_cleanshutdown")).exists();
            assertThat(dir.resolve("postgres/data/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void aPostgresThatWasOrphanedGivesWayToTheNext() throws IOException, SQLException {
        try (var parent = new JavaChild(Map.of(), StartsServers.class, dir.toString(), "postgres")) {
            long orphan = Long.parseLong(parent.line());
            killWatcher(parent, orphan);
            parent.kill();
            assertThat(isAlive(orphan)).isTrue();

            try (var next = PostgresServer.start(dir.resolve("postgres"), StartsServers.SETTINGS);
                    var connection = DriverManager.getConnection(next.jdbcUrl("postgres"))) {
                assertThat(isAlive(orphan)).isFalse();
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    private static void killWatcher(JavaChild parent, long server) {
        parent.children().stream().filter(child -> child.pid() != server).forEach(watcher -> {
            watcher.destroyForcibly();
            watcher.onExit().join();
        });
    }

    @Test
    void aSessionThatOutlivedItsServerGivesWayToTheNext() throws IOException, SQLException {
        try (var parent = new JavaChild(Map.of(), StartsServers.class, dir.toString(), "postgres")) {
            long postmaster = Long.parseLong(parent.line());
            var sessions = ProcessHandle.of(postmaster).orElseThrow().children().toList();
            assertThat(sessions).isNotEmpty();
            // A stopped session sees nothing, neither its server's death nor a polite signal.
            sessions.forEach(session -> Signal.STOP.sendTo(session.pid()));
            Signal.KILL.sendTo(postmaster);
            parent.kill();
            assertThat(sessions).allMatch(ProcessHandle::isAlive);

            try (var next = PostgresServer.start(dir.resolve("postgres"), StartsServers.SETTINGS);
                    var connection = DriverManager.getConnection(next.jdbcUrl("postgres"))) {
                assertThat(sessions).noneMatch(ProcessHandle::isAlive);
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void aFrozenBrokerGivesWayToTheNext() throws IOException {
        try (var parent = new JavaChild(Map.of(), StartsServers.class, dir.toString(), "kafka")) {
            long orphan = Long.parseLong(parent.line());
            Signal.STOP.sendTo(orphan);
            parent.kill();
            assertThat(isAlive(orphan)).isTrue();

            try (var next = KafkaBroker.start(dir.resolve("kafka"), BrokerSettings.defaults())) {
                assertThat(isAlive(orphan)).isFalse();
                assertThat(next.isRunning()).isTrue();
            }
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Runs as the parent, and prints each server's process id. */
    static final class StartsServers {
        static final PostgresSettings SETTINGS = PostgresSettings.defaults()
                .withBinaries(Path.of(System.getProperty("java.io.tmpdir"), "infill-postgres"));

        private StartsServers() {}

        public static void main(String[] arguments) throws InterruptedException {
            Path dir = Path.of(arguments[0]);
            for (int i = 1; i < arguments.length; i++) {
                Path folder = dir.resolve(arguments[i]);
                System.out.println(
                        arguments[i].equals("kafka")
                                ? KafkaBroker.start(folder, BrokerSettings.defaults())
                                        .pid()
                                : PostgresServer.start(folder, SETTINGS).pid());
            }
            Thread.currentThread().join();
        }
    }
}
