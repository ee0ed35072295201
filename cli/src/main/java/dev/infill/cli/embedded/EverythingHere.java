package dev.infill.cli.embedded;

import dev.infill.bridge.BridgeConfig;
import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.config.ConfigFile;
import dev.infill.cli.config.HostConfig.WorkerSettings;
import dev.infill.cli.config.HttpAddress;
import dev.infill.cli.host.HttpHost;
import dev.infill.coordinator.CoordinatorConfig;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.servers.process.FreePorts;
import dev.infill.worker.WorkerConfig;
import java.nio.file.Path;
import java.util.List;

/** A coordinator, workers and a bridge in this process, spoken to over HTTP like any other. */
public final class EverythingHere implements AutoCloseable {
    private final Parts parts;
    private final CoordinatorClient client;

    private EverythingHere(Parts parts, CoordinatorClient client) {
        this.parts = parts;
        this.client = client;
    }

    /**
     * Whom to serve and with how many hands.
     *
     * @param each what every worker is told
     * @param state the coordinator's folder
     */
    public record Settings(
            List<Database> databases, KafkaSettings kafka, int workers, WorkerSettings each, Path state) {
        public Settings {
            databases = List.copyOf(databases);
        }
    }

    /** Starts all of them. */
    public static EverythingHere start(Settings settings) {
        Parts parts = new Parts();
        try {
            parts.coordinator(new CoordinatorConfig(
                    ConfigFile.processId("coordinator"), settings.databases(), settings.kafka(), settings.state()));
            for (int number = 1; number <= settings.workers(); number++) {
                parts.worker(new WorkerConfig(
                        ConfigFile.processId("worker-" + number),
                        settings.databases(),
                        settings.kafka(),
                        settings.each().lanes(),
                        settings.each().transforms()));
            }
            parts.bridge(new BridgeConfig(ConfigFile.processId("bridge"), settings.databases(), settings.kafka()));
            HttpHost http = parts.serve(HttpAddress.loopback(port()));
            return new EverythingHere(parts, new CoordinatorClient(http.url(), "run"));
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** The port that {@code infill status} looks at, so that it works from another terminal; else any. */
    private static int port() {
        return FreePorts.isFree(HttpAddress.COORDINATOR_PORT) ? HttpAddress.COORDINATOR_PORT : FreePorts.next();
    }

    /** The coordinator's interface. */
    public CoordinatorClient client() {
        return client;
    }

    @Override
    public void close() {
        parts.close();
    }
}
