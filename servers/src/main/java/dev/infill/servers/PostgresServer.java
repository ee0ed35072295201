package dev.infill.servers;

import dev.infill.servers.process.FolderLock;
import dev.infill.servers.process.Leftovers;
import dev.infill.servers.process.ParentWatcher;
import dev.infill.servers.process.ServerException;
import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A PostgreSQL server that keeps what it was told: fsync is on, and a crash is a real crash.
 *
 * <p>It ends with the process that started it, however that ends.
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser's name. */
    public static final String USER = "postgres";

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration FAST_STOP = Duration.ofSeconds(15);
    private static final Duration IMMEDIATE_STOP = Duration.ofSeconds(10);
    // postmaster.pid, by line: process, data folder, start time, port, socket folder, address, shared memory, state.
    private static final int STATE_LINE = 7;

    private final PostgresFolder folder;
    private final PostgresSettings settings;
    private final FolderLock lock;
    private final int port;
    private final Process process;
    private final ParentWatcher watcher;

    private PostgresServer(
            PostgresFolder folder, PostgresSettings settings, FolderLock lock, int port, List<String> command)
            throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.lock = lock;
        this.port = port;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
        this.watcher = ParentWatcher.guard(process, Signal.INT, Signal.QUIT);
    }

    /** Starts the server that lives in this folder, creating it when there is none, and returns when it takes connections. */
    public static PostgresServer start(Path dir, PostgresSettings settings) {
        var folder = new PostgresFolder(dir.toAbsolutePath().normalize());
        var lock = FolderLock.take(folder.folder());
        PostgresServer server;
        try {
            server = launch(folder, settings, lock);
        } catch (IOException e) {
            lock.close();
            throw new ServerException("cannot start PostgreSQL in %s: %s".formatted(dir, e), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        try {
            server.awaitReady();
            return server;
        } catch (ServerException e) {
            server.stopImmediate();
            throw e;
        }
    }

    private static PostgresServer launch(PostgresFolder folder, PostgresSettings settings, FolderLock lock)
            throws IOException {
        var cache = Objects.requireNonNullElseGet(
                settings.binaries(), () -> folder.folder().resolveSibling("postgres-binaries"));
        Path bin = PostgresBinaries.unpack(settings.version(), cache).resolve("bin");
        var account = ServerAccount.choose();
        folder.stopLeftovers();
        folder.createData(bin, settings, account);
        account.own(folder.data());
        int port = folder.port(settings.port());
        folder.writeParameters(port, settings, account);
        var command = account.command(
                bin.resolve("postgres").toString(), List.of("-D", folder.data().toString()));
        return new PostgresServer(folder, settings, lock, port, ParentWatcher.ownSession(command));
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        while (!isReady()) {
            if (Signal.exits(process, POLL)) {
                throw ServerException.quoting(
                        folder.log(), "PostgreSQL ended with exit code %d".formatted(process.exitValue()));
            }
            if (System.nanoTime() > deadline) {
                throw ServerException.quoting(
                        folder.log(), "PostgreSQL takes no connections after %d s".formatted(START.toSeconds()));
            }
        }
    }

    private boolean isReady() {
        try {
            var lines = Files.readAllLines(folder.data().resolve("postmaster.pid"));
            return process.isAlive()
                    && lines.size() > STATE_LINE
                    && lines.get(0).equals(Long.toString(process.pid()))
                    && lines.get(STATE_LINE).strip().equals("ready");
        } catch (IOException notYetThere) {
            return false;
        }
    }

    public String jdbcUrl(String database) {
        var password = settings.password();
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s%s"
                .formatted(port, encoded(database), USER, password == null ? "" : "&password=" + encoded(password));
    }

    public String url(String database) {
        var password = settings.password();
        return "postgres://%s%s@127.0.0.1:%d/%s"
                .formatted(USER, password == null ? "" : ":" + encoded(password), port, encoded(database));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    public Path log() {
        return folder.log();
    }

    /** Stops at once without a checkpoint, as at a power cut that PostgreSQL saw coming; the next start recovers. */
    public void stopImmediate() {
        stop(Signal.QUIT, IMMEDIATE_STOP);
    }

    /** Kills every process of the server, as a crash of the machine does. */
    public void kill() {
        stop(Signal.KILL, IMMEDIATE_STOP);
    }

    /** Ends sessions, writes a checkpoint and stops; what does not end by itself in a bounded time is made to. */
    @Override
    public void close() {
        stop(Signal.INT, FAST_STOP);
    }

    private synchronized void stop(Signal signal, Duration patience) {
        if (process.isAlive()) {
            signal.sendTo(process.pid());
            if (!Signal.exits(process, patience)) {
                Signal.QUIT.sendTo(process.pid());
            }
            if (!Signal.exits(process, IMMEDIATE_STOP)) {
                process.destroyForcibly();
            }
        }
        watcher.close();
        // Sessions may outlive a killed postmaster for as long as their statement runs, and would block the next start.
        Leftovers.in(folder.data(), "postgres").stop(Signal.KILL);
        lock.close();
    }
}
