package dev.infill.cli.command;

import dev.infill.cli.config.ConfigFile;
import dev.infill.cli.embedded.Reach;
import dev.infill.cli.outcome.UserError;
import dev.infill.kafka.KafkaSettings;
import dev.infill.protocol.Topics;
import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka to use: one of our own, unless the operator names another. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "An existing Kafka (default: an embedded broker, its data under --data).")
    private @Nullable String bootstrapServer;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Client properties for that Kafka, as kafka-topics.sh takes them.")
    private @Nullable Path commandConfig;

    /** The operator's Kafka, if it answers; else a broker of our own in the folder. */
    KafkaHere open(Path folder) {
        if (bootstrapServer == null) {
            if (commandConfig != null) {
                throw UserError.usage("--command-config is for an existing Kafka; name it with --bootstrap-server");
            }
            KafkaBroker broker = KafkaBroker.start(folder, BrokerSettings.defaults());
            return new KafkaHere(KafkaSettings.of(broker.bootstrapServers()), broker);
        }
        Map<String, String> security = commandConfig == null ? Map.of() : ConfigFile.commandConfig(commandConfig);
        KafkaSettings settings = new KafkaSettings(bootstrapServer, new Topics("infill"), (short) -1, security);
        Reach.demand(settings);
        return new KafkaHere(settings, null);
    }
}
