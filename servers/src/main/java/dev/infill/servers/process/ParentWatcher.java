package dev.infill.servers.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Stops a child that cannot see its parent die.
 *
 * <p>A shutdown hook would not run after {@code kill -9}. The end of a pipe does come, whatever ends the process at its other side.
 */
public final class ParentWatcher implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            while read -r line; do :; done
            kill -s "$1" "$2" 2>/dev/null || exit 0
            for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
              sleep 1
              kill -0 "$2" 2>/dev/null || exit 0
            done
            kill -s "$3" "$2"
            """;
    private final Process shell;

    private ParentWatcher(Process shell) {
        this.shell = shell;
    }

    /** Sends the child the first signal when this process has ended, and the second when that has not helped. */
    public static ParentWatcher guard(Process child, Signal politely, Signal firmly) throws IOException {
        var command = List.of(
                "/bin/sh",
                "-c",
                SCRIPT,
                "infill-parent-watcher",
                politely.name(),
                Long.toString(child.pid()),
                firmly.name());
        return new ParentWatcher(new ProcessBuilder(ownSession(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Without a session of its own a child would get the terminal's Ctrl-C before its parent has finished its work with it. */
    public static List<String> ownSession(List<String> command) {
        // macOS has none; there Ctrl-C is the children's, too.
        if (!isOnPath("setsid")) {
            return command;
        }
        var separated = new ArrayList<>(List.of("setsid"));
        separated.addAll(command);
        return separated;
    }

    private static boolean isOnPath(String program) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(Objects.requireNonNullElse(System.getenv("PATH"), ""))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** To be called once the child is gone, for its id may soon be a stranger's. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
