package dev.infill.acceptance;

import static org.awaitility.Awaitility.await;

import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import dev.infill.servers.process.FreePorts;
import dev.infill.testkit.Clusters;
import dev.infill.testkit.process.ChildProcess;
import dev.infill.testkit.process.Command;
import dev.infill.testkit.process.Supervised;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** PostgreSQL, a broker and every part of Infill as a user would run them: one process each, restarted when it ends. */
final class Installation implements AutoCloseable {

    private final Path folder;
    private final Map<String, Supervised> parts = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final PostgresSettings postgresSettings;
    private final Map<String, String> environment = new HashMap<>();
    private String worker = "";
    private PostgresServer postgres;
    private KafkaBroker broker;

    Installation(Path folder, PostgresSettings postgresSettings) {
        this.folder = folder;
        this.postgresSettings = postgresSettings;
        this.postgres = PostgresServer.start(folder.resolve("postgres"), postgresSettings);
        this.broker = KafkaBroker.start(folder.resolve("kafka"), BrokerSettings.defaults());
    }

    static PostgresSettings postgres(int version) {
        return Clusters.postgresSettings(version);
    }

    Shop shop() {
        return new Shop(postgres.jdbcUrl("postgres"));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Parts that are started from now on have an environment variable, and workers these jars with the application's code. */
    void provide(String transforms, String variable, String value) {
        worker = "worker:\n  transforms: " + transforms + "\n";
        environment.put(variable, value);
    }

    /** Starts a part under supervision; the name begins with the command, as in {@code worker-2}. */
    Supervised start(String name) {
        return start(name, Infill.HEAP);
    }

    /** The same with another heap, such as {@code -Xmx96m}. */
    Supervised start(String name, String heap) {
        String command = name.replaceFirst("-\\d+$", "");
        ports.computeIfAbsent(name, absent -> FreePorts.next());
        Path config = write(name + ".yaml", config(name));
        Supervised part =
                Supervised.start(infill(heap, name, command, "--config", config.toString()), Duration.ofSeconds(1));
        parts.put(name, part);
        return part;
    }

    Supervised part(String name) {
        Supervised part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException("no part is named " + name);
        }
        return part;
    }

    String coordinatorUrl() {
        return url("coordinator-1");
    }

    /** Where a part answers. */
    String url(String part) {
        return "http://127.0.0.1:" + ports.getOrDefault(part, 0);
    }

    /** Submits a specification as soon as a coordinator answers. */
    void submit(String specification) {
        Path file = write("specification.yaml", specification);
        await("the coordinator accepts the specification")
                .atMost(Duration.ofMinutes(2))
                .until(() -> run(
                                        "submit",
                                        Duration.ofMinutes(1),
                                        "submit",
                                        file.toString(),
                                        "--coordinator",
                                        coordinatorUrl())
                                .waitForExit(Duration.ofSeconds(1))
                        == 0);
    }

    /** Runs a command to its end and answers how it ended. */
    ChildProcess run(String logName, Duration atMost, String... arguments) {
        ChildProcess process = ChildProcess.start(infill(Infill.HEAP, logName, arguments));
        process.waitForExit(atMost);
        return process;
    }

    private Command infill(String heap, String logName, String... arguments) {
        Command command = Infill.command(heap, folder.resolve(logName + ".log"), arguments)
                .in(folder);
        return command.withEnvironment(environment);
    }

    void killBroker() {
        broker.kill();
    }

    void startBroker() {
        broker = KafkaBroker.start(folder.resolve("kafka"), BrokerSettings.defaults());
    }

    void restartPostgresImmediately() {
        postgres.stopImmediate();
        postgres = PostgresServer.start(folder.resolve("postgres"), postgresSettings);
    }

    /** Stops every part but the servers. */
    void stopParts() {
        parts.values().forEach(Supervised::close);
        parts.clear();
    }

    @Override
    public void close() {
        stopParts();
        broker.close();
        postgres.close();
    }

    Path write(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String config(String name) {
        return """
               id: %s
               databases:
                 shop:
                   url: %s
               kafka:
                 bootstrapServers: %s
               http:
                 host: 127.0.0.1
                 port: %d
               """.formatted(name, postgres.url("postgres"), broker.bootstrapServers(), ports.get(name))
                + (name.startsWith("worker") ? worker : "");
    }
}
