package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import dev.infill.servers.process.FreePorts;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what the compose file says as processes, so that it can't rot where no container engine runs. Only what a container's
 * network and file system would give is replaced: host names, ports and the paths of mounted files.
 */
class ComposeIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(3);

    @Test
    void everyCommandOfTheComposeFileDoesWhatItSays(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws IOException, SQLException {
        ComposeFile compose = ComposeFile.read(ROOT.resolve("docker-compose.yml"));
        List<ChildProcess> parts = new ArrayList<>();
        try (PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), postgres(compose));
                KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"), kafka(compose))) {
            Map<String, String> hosts =
                    Map.of("postgres:5432", "127.0.0.1:" + postgres.port(), "kafka:9092", kafka.bootstrapServers());
            String name = compose.environment("postgres").getOrDefault("POSTGRES_DB", "postgres");
            createDatabase(postgres.jdbcUrl("postgres"), name);
            Shop shop = new Shop(postgres.jdbcUrl(name));
            shop.create(5_000);

            for (String part : compose.parts()) {
                parts.add(start(
                        folder.resolve(part + ".log"),
                        environment(compose.environment(part), hosts),
                        mapped(compose.command(part), compose.mounts(part))));
            }
            parts.forEach(part -> part.waitForLine("answers at http", A_LONG_WHILE));
            Map<String, String> inCoordinator =
                    parts.get(compose.parts().indexOf("coordinator")).command().environment();
            for (List<String> command : compose.advice()) {
                ChildProcess advised =
                        start(folder.resolve("advice.log"), inCoordinator, mapped(command, compose.copies()));
                assertThat(advised.waitForExit(A_LONG_WHILE))
                        .as("%s said %s", command, advised.lines())
                        .isZero();
            }

            assertThat(shop.isComplete()).isTrue();
            assertThat(shop.wrongRows()).isZero();
            assertThat(compose.advice()).hasSize(2);
            assertThat(parts).hasSize(4).allMatch(ChildProcess::isRunning);
            assertThat(parts.stream().flatMap(part -> part.lines().stream()))
                    .as("what would frighten whoever tries it")
                    .noneMatch(line -> line.contains(" ERROR "));
        } finally {
            parts.forEach(ChildProcess::close);
        }
    }

    @Test
    void theImageIsBuiltFromWhatTheBuildMakes() throws IOException {
        String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
        Path distribution = ROOT.resolve("cli/target/infill");

        assertThat(dockerfile)
                .contains("./mvnw ", "-pl cli -am package", "COPY --from=build /build/cli/target/infill /opt/infill");
        assertThat(dockerfile)
                .contains("RUN ln -s /opt/infill/infill /usr/local/bin/infill", "ENTRYPOINT [\"infill\"]");
        assertThat(ROOT.resolve("mvnw")).isExecutable();
        assertThat(distribution.resolve("infill")).isExecutable();
        assertThat(distribution.resolve("lib")).isDirectoryContaining("glob:**infill-cli-*.jar");
    }

    private static PostgresSettings postgres(ComposeFile compose) {
        int version = Integer.parseInt(compose.image("postgres").replaceFirst("postgres:(\\d+).*", "$1"));
        PostgresSettings settings = Clusters.postgresSettings(version)
                .withPassword(compose.environment("postgres").getOrDefault("POSTGRES_PASSWORD", ""));
        for (String word : compose.command("postgres")) {
            if (word.contains("=")) {
                settings = settings.withParameter(
                        word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            }
        }
        return settings;
    }

    /** What is not about the container's network and disks. */
    private static BrokerSettings kafka(ComposeFile compose) {
        BrokerSettings settings = BrokerSettings.defaults();
        for (Map.Entry<String, String> variable : compose.environment("kafka").entrySet()) {
            if (variable.getKey().matches("KAFKA_(OFFSETS|TRANSACTION|SHARE|GROUP|AUTO)_.*")) {
                String property = variable.getKey()
                        .substring("KAFKA_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                settings = settings.withProperty(property, variable.getValue());
            }
        }
        return settings;
    }

    private static void createDatabase(String jdbcUrl, String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE \"" + name + "\"");
        }
    }

    private static Map<String, String> environment(Map<String, String> given, Map<String, String> hosts) {
        Map<String, String> environment = new HashMap<>(given);
        hosts.forEach((host, here) -> environment.replaceAll((variable, value) -> value.replace(host, here)));
        environment.replaceAll((variable, value) -> value.equals("0.0.0.0") ? "127.0.0.1" : value);
        int port = FreePorts.next();
        assertThat(environment.replace("INFILL_HTTP_PORT", Integer.toString(port)))
                .matches("86\\d\\d");
        // In its container a coordinator has the port that commands look at.
        environment.put("INFILL_COORDINATOR", "http://127.0.0.1:" + port);
        return environment;
    }

    /** The command with files of the repository in the place of those in the container. */
    private static String[] mapped(Collection<String> command, Map<String, String> files) {
        return command.stream()
                .map(word -> {
                    String file = files.get(word);
                    assertThat(file != null || !word.startsWith("/"))
                            .as("%s is mounted or copied", word)
                            .isTrue();
                    return file == null ? word : ROOT.resolve(file).normalize().toString();
                })
                .toArray(String[]::new);
    }

    private static ChildProcess start(Path log, Map<String, String> environment, String... arguments) {
        return ChildProcess.start(Infill.command(log, arguments).withEnvironment(environment));
    }
}
