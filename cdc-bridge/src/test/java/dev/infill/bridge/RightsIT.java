package dev.infill.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Part;
import dev.infill.servers.PostgresServer;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.TestKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class RightsIT {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    @Test
    void aRoleThatMayReplicateAndNoteHeartbeatsIsEnoughAndItsPasswordMayComeFromPgpass() throws Exception {
        TestKafka kafka = Clusters.kafka().freshPrefix();
        PostgresServer postgres = PostgresServer.start(
                folder.resolve("postgres"), Clusters.postgresSettings(18).withPassword("of the superuser"));
        Path pgpass = folder.resolve("pgpass");
        Files.writeString(pgpass, "127.0.0.1:" + postgres.port() + ":*:capturer:of the capturer\n");
        System.setProperty("org.postgresql.pgpassfile", pgpass.toString());
        try (Line line = new Line(
                postgres.url("postgres"),
                kafka.bootstrapServers(),
                kafka.prefix().replaceFirst("\\.$", ""))) {
            line.createTopics();
            line.execute(
                    "CREATE ROLE capturer LOGIN REPLICATION PASSWORD 'of the capturer'",
                    "GRANT USAGE ON SCHEMA infill TO capturer",
                    "GRANT SELECT, UPDATE ON infill.capture TO capturer",
                    "GRANT SELECT ON infill.migration TO capturer",
                    "CREATE TABLE t (id bigint PRIMARY KEY, v text)");
            line.createCapture("t (id)");
            line.order(Directive.Order.RUN);
            Database asCapturer = new DatabaseUrl(Map.of())
                    .parse("shop", "postgres://capturer@127.0.0.1:" + postgres.port() + "/postgres");

            try (Part bridge = BridgeMain.start(
                    new BridgeConfig("b1", List.of(asCapturer), line.clients.settings()), new SimpleMeterRegistry())) {
                line.execute("INSERT INTO t VALUES (1, '')");
                line.beat();
                line.everythingUpToNow();
                assertThat(bridge.isAlive()).isTrue();
            }

            assertThat(line.keys("t")).containsExactly(List.of("1"));
            assertThat(line.value("SELECT seen_beat FROM infill.capture")).isEqualTo("1");
        } finally {
            System.clearProperty("org.postgresql.pgpassfile");
            postgres.stopImmediate();
        }
    }
}
