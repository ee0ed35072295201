package dev.infill.cli.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.cli.outcome.UserError;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import dev.infill.servers.process.FreePorts;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachIT {
    private static Database database(String url) {
        return new DatabaseUrl(Map.of()).parse("shop", url);
    }

    @Test
    void tellsAWrongPasswordFromAMissingDatabase(@TempDir Path folder) {
        var settings = PostgresSettings.defaults().withPassword("right").withBinaries(Path.of("target", "postgres"));
        try (PostgresServer server = PostgresServer.start(folder.resolve("postgres"), settings)) {
            String url = server.url("postgres");

            assertThatCode(() -> Reach.demand(database(url))).doesNotThrowAnyException();
            assertThatThrownBy(() -> Reach.demand(database(url.replace(":right@", ":wrong@"))))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("password authentication failed for user \"postgres\"")
                    .hasMessageContaining("check user and password");
            assertThatThrownBy(() -> Reach.demand(database(url.replace(":right@", "@"))))
                    .hasMessageContaining("check user and password");
            assertThatThrownBy(() -> Reach.demand(database(server.url("nothing"))))
                    .hasMessageContaining("database \"nothing\" does not exist")
                    .hasMessageContaining("check the database's name");
        }
    }

    @Test
    void saysThatNoBrokerAnswers() {
        int port = FreePorts.next();

        assertThatThrownBy(() -> Reach.demand(KafkaSettings.of("127.0.0.1:" + port)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot reach Kafka at 127.0.0.1:" + port);
        assertThatThrownBy(() -> Reach.demand(KafkaSettings.of("nowhere")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot reach Kafka at nowhere");
    }
}
