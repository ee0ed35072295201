package dev.infill.servers;

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
final class ParentWatcher {
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            while read -r line; do :; done
            kill -INT "$1" 2>/dev/null || exit 0
            for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
              sleep 1
              kill -0 "$1" 2>/dev/null || exit 0
            done
            kill -QUIT "$1"
            """;
    private static final boolean HAS_SETSID =
            Files.isExecutable(Path.of("/usr/bin/setsid")) || Files.isExecutable(Path.of("/bin/setsid"));

    private ParentWatcher() {}

    static Process guard(long pid) throws IOException {
        return new ProcessBuilder(
                        ownSession(List.of("/bin/sh", "-c", SCRIPT, "infill-parent-watcher", Long.toString(pid))))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** By name of the child that is gone: its id may soon be a stranger's. */
    static void dismiss(Process watcher) {
        watcher.destroyForcibly();
    }

    /** Without a session of its own the child would get the terminal's Ctrl-C before its parent has finished its work with it. */
    static List<String> ownSession(List<String> command) {
        if (!HAS_SETSID) {
            return command;
        }
        var separated = new ArrayList<>(List.of("setsid"));
        separated.addAll(command);
        return separated;
    }
}
