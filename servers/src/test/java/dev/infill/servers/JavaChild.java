package dev.infill.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JVM that a test starts in order to kill it. */
public final class JavaChild implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    public JavaChild(Map<String, String> environment, Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** The next line it prints; that it ended instead is a failure. */
    public String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException(
                    "the child ended with exit code " + process.onExit().join().exitValue());
        }
        return line;
    }

    public long pid() {
        return process.pid();
    }

    public List<ProcessHandle> children() {
        return process.children().toList();
    }

    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
