package dev.infill.cli.command;

import dev.infill.bridge.BridgeConfig;
import dev.infill.cli.config.ConfigFile;
import dev.infill.cli.config.HostConfig;
import dev.infill.cli.config.HttpAddress;
import dev.infill.cli.embedded.Parts;
import dev.infill.cli.embedded.Reach;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.outcome.StopRequest;
import dev.infill.coordinator.CoordinatorConfig;
import dev.infill.worker.WorkerConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code infill coordinator}, {@code worker} and {@code cdc-bridge}: one part in this process, until it is asked to stop. */
@Command
final class PartCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Kind kind;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, infill.yaml.")
    private Path file = Path.of("");

    PartCommand(Surroundings surroundings, Kind kind) {
        this.surroundings = surroundings;
        this.kind = kind;
    }

    /** Which part. */
    enum Kind {
        COORDINATOR("coordinator", "Run a coordinator: it drives migrations and answers the other commands."),
        WORKER("worker", "Run a worker: it fills, verifies and repairs rows."),
        CDC_BRIDGE("cdc-bridge", "Run the bridge: it tells workers which rows the application changed.");

        private final String word;
        private final String description;

        Kind(String word, String description) {
            this.word = word;
            this.description = description;
        }

        String word() {
            return word;
        }

        String description() {
            return description;
        }

        /** Only a coordinator is looked for at a port that everybody knows. */
        private int port() {
            return this == COORDINATOR ? HttpAddress.COORDINATOR_PORT : 0;
        }
    }

    @Override
    public Integer call() {
        HostConfig config = new ConfigFile(surroundings.environment()).read(file, kind.word(), kind.port());
        StopRequest stop = surroundings.stop().get();
        Reach.await(config.databases(), config.kafka(), stop);
        if (!stop.isRequested()) {
            run(config, stop);
        }
        // A service manager's stop is a good end for a part: its work is in the ledger.
        ExitCode asked = stop.await();
        return (asked == ExitCode.STILL_RUNNING ? ExitCode.DONE : asked).number();
    }

    private void run(HostConfig config, StopRequest stop) {
        var log = LoggerFactory.getLogger(PartCommand.class);
        try (Parts parts = new Parts()) {
            start(parts, config);
            log.info(
                    "The {} {} runs and answers at {}.",
                    kind.word(),
                    config.id(),
                    parts.serve(config.http()).url());
            stop.await();
            log.info("The {} {} drains and ends.", kind.word(), config.id());
        }
    }

    private void start(Parts parts, HostConfig config) {
        switch (kind) {
            case COORDINATOR ->
                parts.coordinator(new CoordinatorConfig(
                        config.id(), config.databases(), config.kafka(), config.stateDirectory()));
            case WORKER ->
                parts.worker(new WorkerConfig(
                        config.id(),
                        config.databases(),
                        config.kafka(),
                        config.worker().lanes(),
                        config.worker().transforms()));
            case CDC_BRIDGE -> parts.bridge(new BridgeConfig(config.id(), config.databases(), config.kafka()));
        }
    }
}
