package dev.infill.testkit;

import dev.infill.servers.PostgresSettings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The servers that all tests of this JVM share, each started when the first test asks for it. */
public final class Clusters {
    // The one static state: a start costs seconds, and JUnit knows no other scope that spans test classes.
    private static final Clusters SHARED = new Clusters();

    private final Map<Integer, PostgresCluster> postgres = new TreeMap<>();
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private @Nullable KafkaCluster kafka;

    private Clusters() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "close-clusters"));
    }

    /** Where the servers come from. */
    private enum Kind {
        EMBEDDED {
            @Override
            PostgresCluster postgres(int version) {
                return new EmbeddedPostgres(folder("postgres-" + version), postgresSettings(version));
            }

            @Override
            KafkaCluster kafka() {
                return new EmbeddedKafka(folder("kafka"));
            }

            /** Under the module's own build folder, where its logs can be read after a failure. */
            private Path folder(String name) {
                return Path.of(
                        "target",
                        "clusters",
                        Long.toString(ProcessHandle.current().pid()),
                        name);
            }
        },
        CONTAINERS {
            @Override
            PostgresCluster postgres(int version) {
                return new ContainerPostgres(version);
            }

            @Override
            KafkaCluster kafka() {
                return new ContainerKafka();
            }
        };

        abstract PostgresCluster postgres(int version);

        abstract KafkaCluster kafka();

        static Kind chosen() {
            String chosen = System.getProperty("clusters", "embedded");
            return switch (chosen) {
                case "embedded" -> EMBEDDED;
                case "containers" -> CONTAINERS;
                default ->
                    throw new IllegalArgumentException("-Dclusters must be embedded or containers, got " + chosen);
            };
        }
    }

    /** The server of the version that {@code -Dpostgres.version} names, 18 without it. */
    public static PostgresCluster postgres() {
        return postgres(Integer.getInteger("postgres.version", 18));
    }

    public static PostgresCluster postgres(int version) {
        return SHARED.sharedPostgres(version);
    }

    public static KafkaCluster kafka() {
        return SHARED.sharedKafka();
    }

    /** For a test that starts a server of its own, to stop and kill it; the programs are unpacked once for all modules. */
    public static PostgresSettings postgresSettings(int version) {
        return PostgresSettings.defaults()
                .withVersion(version)
                .withBinaries(Path.of(System.getProperty("java.io.tmpdir"), "infill-postgres"));
    }

    private synchronized PostgresCluster sharedPostgres(int version) {
        return postgres.computeIfAbsent(version, absent -> {
            var started = Kind.chosen().postgres(version);
            closing.push(started::close);
            return started;
        });
    }

    private synchronized KafkaCluster sharedKafka() {
        if (kafka == null) {
            var started = Kind.chosen().kafka();
            closing.push(started::close);
            kafka = started;
        }
        return kafka;
    }

    private synchronized void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
