package dev.infill.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What it was measured on. */
public record Machine(
        String processor,
        int cores,
        long memoryBytes,
        String system,
        String java,
        String postgres,
        Map<String, String> postgresParameters) {
    private static final int KILO = 1024;

    public Machine {
        postgresParameters = Map.copyOf(postgresParameters);
    }

    /** The one that this runs on. */
    public static Machine here(String postgres, Map<String, String> postgresParameters) {
        String memory = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return new Machine(
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                memory.isEmpty() ? 0 : Long.parseLong(memory) * KILO,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.runtime.version"),
                postgres,
                postgresParameters);
    }

    private static String field(String file, String name) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException notLinux) {
            return "";
        }
    }
}
