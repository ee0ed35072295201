package dev.infill.cli.command;

import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.screen.Console;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command finds around it.
 *
 * @param stop begins to listen for signals; a command that calls it must end when asked to
 */
public record Surroundings(Console console, Map<String, String> environment, Supplier<StopRequest> stop) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Who is at work here, for the audit log. */
    String actor() {
        String user = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", ""));
        // What a header may not hold would be refused before it is sent.
        return user.matches("[A-Za-z0-9._@-]{1,100}") ? user : "operator";
    }

    /** Says something that is no result. */
    void say(String line) {
        console.err().println(line);
    }
}
