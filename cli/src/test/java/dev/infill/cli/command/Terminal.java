package dev.infill.cli.command;

import dev.infill.cli.outcome.StopRequest;
import dev.infill.cli.screen.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs commands as somebody at a terminal would, without one. */
final class Terminal {
    private final StopRequest stop = new StopRequest();

    /** What came back. */
    record Result(int exitCode, String out, String err) {}

    StopRequest stop() {
        return stop;
    }

    Result run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        Console console = Console.plain(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        var surroundings = new Surroundings(console, Map.of("USER", "ada"), () -> stop);
        int exitCode = new CommandTree(surroundings).run(arguments).number();
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
