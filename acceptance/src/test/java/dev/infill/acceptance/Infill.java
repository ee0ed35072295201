package dev.infill.acceptance;

import dev.infill.testkit.process.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command as people run it: by the script of the distribution that the build has put together. */
final class Infill {
    private static final Path SCRIPT =
            Path.of("..", "cli", "target", "infill", "infill").toAbsolutePath().normalize();
    static final String HEAP = "-Xmx256m";

    private Infill() {}

    static Command command(Path log, String... arguments) {
        return command(HEAP, log, arguments);
    }

    /** With another heap, such as {@code -Xmx96m}. */
    static Command command(String heap, Path log, String... arguments) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", SCRIPT.toString()));
        line.addAll(List.of(arguments));
        return new Command(
                line, Map.of("JAVA_HOME", System.getProperty("java.home"), "INFILL_JAVA_OPTS", heap), null, log);
    }
}
