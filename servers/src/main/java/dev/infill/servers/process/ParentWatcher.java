package dev.infill.servers.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    private static final boolean HAS_SETSID =
            Files.isExecutable(Path.of("/usr/bin/setsid")) || Files.isExecutable(Path.of("/bin/setsid"));

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
        if (!HAS_SETSID) {
            return command;
        }
        var separated = new ArrayList<>(List.of("setsid"));
        separated.addAll(command);
        return separated;
    }

    /** To be called once the child is gone, for its id may soon be a stranger's. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
