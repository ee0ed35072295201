package dev.infill.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.infill.cli.client.Answer;
import dev.infill.cli.screen.StatusView;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationStatus;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The option {@code --output}, and what it means. */
final class Output {
    private static final ObjectMapper PRETTY = Json.mapper();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            description =
                    "How to print the result (default: text). With json exactly one document goes to standard output,"
                            + " everything else to standard error.")
    private Format format = Format.TEXT;

    private enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean json() {
        return format == Format.JSON;
    }

    /** Prints a result in the form asked for. */
    void print(Surroundings surroundings, String json, List<String> text) {
        if (json()) {
            surroundings.console().out().println(pretty(json));
        } else {
            text.forEach(surroundings.console().out()::println);
        }
    }

    /** Prints a migration's status in the form asked for. */
    void print(Surroundings surroundings, Answer<MigrationStatus> status) {
        StatusView view = new StatusView(surroundings.console().outTerminal());
        print(surroundings, status.json(), view.block(status.value()));
    }

    /** The same document for human eyes. */
    static String pretty(String json) {
        try {
            return PRETTY.readTree(json).toPrettyString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
