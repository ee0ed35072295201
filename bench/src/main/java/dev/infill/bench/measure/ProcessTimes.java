package dev.infill.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processor time and memory of processes, as Linux counts them. */
final class ProcessTimes {
    // The unit of /proc on every Linux that a JDK 17 runs on.
    private static final double TICKS_PER_SECOND = 100;
    private static final int KILO = 1024;

    // Fields of /proc/PID/stat, counted from the one after the name in brackets.
    private static final int OWN_USER = 11;
    private static final int OWN_SYSTEM = 12;
    private static final int REAPED_USER = 13;
    private static final int REAPED_SYSTEM = 14;

    private ProcessTimes() {}

    /** Seconds of a process and of all its descendants, those that have ended included. */
    static double ofTree(long pid) {
        return ofOne(pid)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToDouble(child -> ofOne(child.pid()))
                        .sum();
    }

    /** Seconds of a process and of the children that it has buried; 0 for one that is gone. */
    static double ofOne(long pid) {
        List<String> fields = fields(pid);
        return fields.isEmpty()
                ? 0
                : (ticks(fields, OWN_USER)
                                + ticks(fields, OWN_SYSTEM)
                                + ticks(fields, REAPED_USER)
                                + ticks(fields, REAPED_SYSTEM))
                        / TICKS_PER_SECOND;
    }

    private static long ticks(List<String> fields, int field) {
        return Long.parseLong(fields.get(field));
    }

    private static List<String> fields(long pid) {
        String stat = read(pid, "stat");
        int name = stat.lastIndexOf(')');
        return name < 0 ? List.of() : List.of(stat.substring(name + 2).split(" ", -1));
    }

    /** The most memory that a process had in use; 0 for one that is gone. */
    static long peakBytes(long pid) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
                .findFirst()
                .orElse(0);
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
