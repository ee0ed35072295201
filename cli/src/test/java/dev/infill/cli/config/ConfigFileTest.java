package dev.infill.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.cli.outcome.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    private static final String MINIMAL = """
            databases:
              shop:
                url: postgres://db/shop
            kafka:
              bootstrapServers: kafka:9092
            """;

    @TempDir
    private Path folder;

    private HostConfig read(String text, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(folder.resolve("infill.yaml"), text);
        return new ConfigFile(environment).read(file, "worker", 0);
    }

    private void refused(String text, String... words) {
        assertThatThrownBy(() -> read(text, Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void needsOnlyDatabaseAndKafka() throws IOException {
        HostConfig config = read(MINIMAL, Map.of());

        assertThat(config.http()).isEqualTo(new HttpAddress("127.0.0.1", 0));
        assertThat(config.worker().lanes()).isEqualTo(4);
        assertThat(config.id()).startsWith("worker-");
        assertThat(config.kafka().topics().prefix()).isEqualTo("infill");
        assertThat(config.databases().get(0).jdbcUrl()).isEqualTo("jdbc:postgresql://db:5432/shop");
    }

    @Test
    void takesSecretsFromTheEnvironmentAsTheyAre() throws IOException {
        HostConfig config = read(MINIMAL + "http: {port: '${env:PORT}'}\n".replace("'", "\""), Map.of("PORT", "8631"));
        HostConfig withPassword = read(
                MINIMAL.replace("shop\n  kafka", "").replace("/shop\n", "/shop\n    password: ${env:PW}\n"),
                Map.of("PW", "p@ss/w$rd"));

        assertThat(config.http().port()).isEqualTo(8631);
        assertThat(withPassword.databases().get(0).properties()).containsEntry("password", "p@ss/w$rd");
    }

    @Test
    void namesTheVariableThatIsNotSet() {
        refused(MINIMAL.replace("kafka:9092", "${env:KAFKA}"), "infill.yaml:5: kafka.bootstrapServers", "KAFKA");
    }

    @Test
    void namesLineAndFieldOfWhatItDoesNotKnow() {
        refused(MINIMAL + "htpp: {port: 1}\n", "infill.yaml:6: htpp is not known here; did you mean 'http'?");
        refused(MINIMAL + "http: {prt: 1}\n", "infill.yaml:6: http.prt is not known here; did you mean 'port'?");
        refused(MINIMAL + "http: {certificate: 1}\n", "http.certificate", "known are host, port");
    }

    @Test
    void namesLineAndFieldOfWrongValues() {
        refused(
                MINIMAL + "http: {port: many}\n",
                "infill.yaml:6: http.port must be a number from 0 to 65535, got 'many'");
        refused(MINIMAL + "worker: 3\n", "infill.yaml:6: worker must have fields of its own");
        refused(MINIMAL + "kafka: {}\n", "infill.yaml:6: kafka stands here twice");
        refused(MINIMAL.replace("postgres://", "mysql://"), "infill.yaml:3: databases.shop is not a database");
        refused(MINIMAL + "  prefix: a b\n", "infill.yaml:6: kafka.prefix is not a prefix");
    }

    @Test
    void namesWhatIsMissing() {
        refused("kafka: {bootstrapServers: \"a:1\"}\n", "databases.NAME is missing");
        refused("databases: {shop: {url: \"postgres://a/b\"}}\n", "kafka.bootstrapServers is missing");
    }

    @Test
    void pointsAtBrokenYaml() {
        refused("databases:\n  shop: {url: x\nkafka: y\n", "infill.yaml:3: this is not YAML");
    }
}
