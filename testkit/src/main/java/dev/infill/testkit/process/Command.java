package dev.infill.testkit.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a child process runs.
 *
 * @param environment added to ours
 * @param folder it works in; ours when null
 * @param log takes what it prints, run after run
 */
public record Command(
        List<String> line,
        Map<String, String> environment,
        @Nullable Path folder,
        Path log) {
    public Command {
        if (line.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        line = List.copyOf(line);
        environment = Map.copyOf(environment);
    }

    public static Command of(Path log, String... line) {
        return new Command(List.of(line), Map.of(), null, log);
    }

    /** A main class on the class path of this JVM. */
    public static Command java(Path log, String mainClass, String... arguments) {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        line.addAll(List.of(arguments));
        return new Command(line, Map.of(), null, log);
    }

    /** Options of the JVM, such as {@code -Xmx256m} or a system property. */
    public Command withJvmOptions(String... options) {
        var changed = new ArrayList<>(line);
        changed.addAll(1, List.of(options));
        return new Command(changed, environment, folder, log);
    }

    /** With more variables. */
    public Command withEnvironment(Map<String, String> more) {
        var changed = new HashMap<>(environment);
        changed.putAll(more);
        return new Command(line, changed, folder, log);
    }

    public Command in(Path given) {
        return new Command(line, environment, given, log);
    }
}
