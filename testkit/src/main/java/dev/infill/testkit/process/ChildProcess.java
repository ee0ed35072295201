package dev.infill.testkit.process;

import dev.infill.servers.process.ParentWatcher;
import dev.infill.servers.process.ServerException;
import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One run of a command, with what it printed. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(25);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Command command;
    private final long logStart;
    private final Process process;
    private final ParentWatcher watcher;

    private ChildProcess(Command command, ProcessBuilder builder) throws IOException {
        this.command = command;
        this.logStart = Files.exists(command.log()) ? Files.size(command.log()) : 0;
        this.process = builder.start();
        this.watcher = ParentWatcher.guard(process, Signal.KILL, Signal.KILL);
    }

    public static ChildProcess start(Command command) {
        try {
            Files.createDirectories(command.log().toAbsolutePath().getParent());
            var builder = new ProcessBuilder(ParentWatcher.ownSession(command.line()))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(command.log().toFile()));
            builder.environment().putAll(command.environment());
            if (command.folder() != null) {
                builder.directory(command.folder().toFile());
            }
            return new ChildProcess(command, builder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.line(), e);
        }
    }

    public Command command() {
        return command;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** What this run has printed so far; earlier runs of the command left their lines in the same log. */
    public List<String> lines() {
        try (var log = new RandomAccessFile(command.log().toFile(), "r")) {
            byte[] printed = new byte[Math.toIntExact(log.length() - logStart)];
            log.seek(logStart);
            log.readFully(printed);
            return new String(printed, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the first line in which the expression is found, or fails with the log once the process has ended without it. */
    public String waitForLine(String regex, Duration atMost) {
        var pattern = Pattern.compile(regex);
        try {
            Awaitility.await("a line with " + regex)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .atMost(atMost)
                    .until(() -> {
                        // Asked before the look at the log: what it printed last must not be missed.
                        boolean over = !process.isAlive();
                        return first(pattern).isPresent() || over;
                    });
        } catch (ConditionTimeoutException e) {
            throw ServerException.quoting(command.log(), "no line with %s within %s".formatted(regex, atMost));
        }
        return first(pattern)
                .orElseThrow(() -> ServerException.quoting(
                        command.log(),
                        "the process ended with exit code %d without a line with %s"
                                .formatted(process.exitValue(), regex)));
    }

    private Optional<String> first(Pattern pattern) {
        return lines().stream().filter(line -> pattern.matcher(line).find()).findFirst();
    }

    /** Waits for the end and returns the exit code. */
    public int waitForExit(Duration atMost) {
        if (!Signal.exits(process, atMost)) {
            throw ServerException.quoting(command.log(), "process %d has not ended within %s".formatted(pid(), atMost));
        }
        return process.exitValue();
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /** Ends it as a crash does, and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
        watcher.close();
    }

    /** Asks it to end, as a service manager does. */
    public void terminate() {
        process.destroy();
    }

    /** Freezes it: it keeps its connections and answers nothing. */
    public void suspend() {
        Signal.STOP.sendTo(pid());
    }

    public void resume() {
        Signal.CONT.sendTo(pid());
    }

    /** Runs the command again, after this run has been closed. */
    public ChildProcess restart() {
        close();
        return start(command);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            resume();
            if (!Signal.exits(process, STOP)) {
                process.destroyForcibly();
                process.onExit().join();
            }
        }
        watcher.close();
    }
}
