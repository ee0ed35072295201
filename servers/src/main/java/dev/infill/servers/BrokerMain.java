package dev.infill.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** The broker's own process; it ends when its standard input does, that is, when its parent has died. */
final class BrokerMain {
    /** The line on standard output that says the broker serves. */
    static final String READY = "infill broker is ready";

    static final String CONTROLLER = "CONTROLLER";
    private static final int FAILED = 1;
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);

    private BrokerMain() {}

    public static void main(String[] arguments) {
        try {
            var properties = load(Path.of(arguments[0]));
            format(properties);
            run(new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM));
        } catch (Exception | LinkageError e) {
            System.err.println("the broker cannot start: " + e);
            e.printStackTrace();
            // A failed start leaves threads that keep the process alive, and its shutdown may wait for them.
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static Properties load(Path file) throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private static void format(Properties properties) throws Exception {
        String data = properties.getProperty("log.dirs");
        if (Files.exists(Path.of(data, "meta.properties"))) {
            return;
        }
        try (var silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                    .addDirectory(data)
                    .setMetadataLogDirectory(data)
                    .setControllerListenerName(CONTROLLER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .setPrintStream(silent)
                    .run();
        }
    }

    private static void run(KafkaRaftServer server) {
        var exit = new Thread(BrokerMain::exitWithParent, "parent-watcher");
        exit.setDaemon(true);
        // Before the start, which takes seconds: the parent may die meanwhile.
        exit.start();
        server.startup();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.shutdown();
                            server.awaitShutdown();
                        },
                        "broker-shutdown"));
        System.out.println(READY);
        server.awaitShutdown();
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException brokenPipe) {
            // The same news as the end of the stream.
        }
        // A shutdown that hangs has nobody left who would notice.
        CompletableFuture.delayedExecutor(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)
                .execute(() -> Runtime.getRuntime().halt(FAILED));
        System.exit(0);
    }
}
