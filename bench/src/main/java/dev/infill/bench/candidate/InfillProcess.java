package dev.infill.bench.candidate;

import dev.infill.bench.measure.Tool;
import dev.infill.servers.process.ParentWatcher;
import dev.infill.servers.process.ServerException;
import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The program {@code infill} in a process of its own; it ends with ours, however that ends. */
final class InfillProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Process process;
    private final ParentWatcher watcher;
    private final Path output;

    private InfillProcess(Process process, ParentWatcher watcher, Path output) {
        this.process = process;
        this.watcher = watcher;
        this.output = output;
    }

    static InfillProcess start(List<String> program, List<String> arguments, Path folder) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
        Path output = folder.resolve("output.log");
        Process process = new ProcessBuilder(ParentWatcher.ownSession(command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new InfillProcess(process, ParentWatcher.guard(process, Signal.TERM, Signal.KILL), output);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its broker is a child too, told from the others by being a JVM. */
    Tool tool() {
        List<Long> brokers = process.descendants()
                .filter(child -> child.info()
                        .command()
                        .map(path -> path.endsWith("java"))
                        .orElse(false))
                .map(ProcessHandle::pid)
                .toList();
        return new Tool(process.pid(), brokers);
    }

    /** Fails with what it printed unless it did what it was told. */
    void awaitGoodEnd() {
        if (!Signal.exits(process, PATIENCE)) {
            throw ServerException.quoting(
                    output, "infill does not end within " + PATIENCE.toSeconds() + " s after its work");
        }
        if (process.exitValue() != 0) {
            throw ServerException.quoting(output, "infill ended with exit code " + process.exitValue());
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            if (!Signal.exits(process, PATIENCE)) {
                process.destroyForcibly();
                process.onExit().join();
            }
        }
        watcher.close();
    }
}
