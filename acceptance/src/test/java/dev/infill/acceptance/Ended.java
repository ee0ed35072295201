package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.testkit.process.ChildProcess;
import dev.infill.testkit.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How a command ended, and what it said. */
record Ended(int exitCode, List<String> lines) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Runs {@code infill} in a folder to its end. */
    static Ended infill(Path folder, String... arguments) {
        Command command =
                Infill.command(folder.resolve("command.log"), arguments).in(folder);
        try (ChildProcess process = ChildProcess.start(command)) {
            return new Ended(process.waitForExit(PATIENCE), process.lines());
        }
    }

    /** One message for whoever typed the command, without anything that only its programmers understand. */
    Ended tells(int code, String... words) {
        String text = String.join("\n", lines);
        // Long sentences are wrapped.
        assertThat(text.replaceAll("\\s+", " ")).contains(words);
        assertThat(lines)
                .as("messages")
                .filteredOn(line -> line.startsWith("infill: "))
                .hasSize(1);
        assertThat(text).doesNotContainPattern("\\tat |Exception|WARN|ERROR|[Cc]aused by");
        assertThat(exitCode).as("the exit code beside\n%s", text).isEqualTo(code);
        return this;
    }
}
