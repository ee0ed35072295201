package dev.infill.cli.command;

import dev.infill.cli.client.CoordinatorClient;
import dev.infill.cli.config.HttpAddress;
import dev.infill.cli.outcome.UserError;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --coordinator}. */
final class Steering {
    private static final String VARIABLE = "INFILL_COORDINATOR";

    @Option(
            names = "--coordinator",
            paramLabel = "URL",
            description = "Where the coordinator answers (default: $INFILL_COORDINATOR or http://127.0.0.1:8630).")
    private @Nullable String url;

    CoordinatorClient client(Surroundings surroundings) {
        String given = url != null ? url : surroundings.environment().get(VARIABLE);
        if (given == null || given.isBlank()) {
            given = "http://127.0.0.1:" + HttpAddress.COORDINATOR_PORT;
        }
        return new CoordinatorClient(uri(given.strip()), surroundings.actor());
    }

    private static URI uri(String given) {
        String whole = given.contains("://") ? given : "http://" + given;
        try {
            URI uri = URI.create(whole);
            if (uri.getHost() != null && (whole.startsWith("http://") || whole.startsWith("https://"))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Said below.
        }
        throw UserError.usage("'" + given + "' is not a coordinator's address; it looks like http://host:8630");
    }
}
