package dev.infill.servers;

import dev.infill.servers.process.FolderLock;
import dev.infill.servers.process.ParentWatcher;
import dev.infill.servers.process.ServerException;
import dev.infill.servers.process.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Kafka broker that is its own controller, in a process of its own: a fatal fault of Kafka's halts the whole JVM.
 *
 * <p>It ends with the process that started it, however that ends.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int ATTEMPTS = 3;

    private final BrokerFolder folder;
    private final FolderLock lock;
    private final int port;
    private final Process process;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

    private KafkaBroker(BrokerFolder folder, FolderLock lock, int port, List<String> command) throws IOException {
        this.folder = folder;
        this.lock = lock;
        this.port = port;
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
        var reader = new Thread(this::readOutput, "broker-output-" + port);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the broker that lives in this folder, creating it when there is none, and returns when it serves. */
    public static KafkaBroker start(Path dir, BrokerSettings settings) {
        var folder = new BrokerFolder(dir.toAbsolutePath().normalize());
        boolean mayChoosePorts = settings.port() == 0 && !Files.exists(folder.properties());
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(folder, settings);
            } catch (ServerException e) {
                // A port that was free when it was chosen may be somebody else's by the time the broker binds it.
                if (!mayChoosePorts || attempt == ATTEMPTS || !folder.forgetTakenPorts()) {
                    throw e;
                }
            }
        }
    }

    private static KafkaBroker startOnce(BrokerFolder folder, BrokerSettings settings) {
        var lock = FolderLock.take(folder.folder());
        KafkaBroker broker;
        try {
            folder.stopLeftovers();
            int port = folder.writeProperties(settings);
            broker = new KafkaBroker(folder, lock, port, ParentWatcher.ownSession(command(folder, settings)));
        } catch (IOException e) {
            lock.close();
            throw new ServerException("cannot start a Kafka broker in %s: %s".formatted(folder.folder(), e), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        try {
            broker.awaitReady();
            return broker;
        } catch (ServerException e) {
            broker.kill();
            throw e;
        }
    }

    private static List<String> command(BrokerFolder folder, BrokerSettings settings) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + settings.heapMegabytes() + "m",
                // It starts in half the time, and has little to do.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MetaspaceSize=96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dlogback.configurationFile=dev/infill/servers/broker-logback.xml",
                "-cp",
                Objects.requireNonNullElseGet(settings.classPath(), () -> System.getProperty("java.class.path")),
                BrokerMain.class.getName(),
                folder.properties().toString());
    }

    private void readOutput() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            // To the end, or a child that prints more than a pipe holds would stand still.
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals(BrokerMain.READY)) {
                    ready.complete(true);
                }
                Files.writeString(folder.log(), line + System.lineSeparator(), StandardOpenOption.APPEND);
            }
        } catch (IOException closed) {
            // As when the child has ended, which is what the next line says.
        }
        ready.complete(false);
    }

    private void awaitReady() {
        boolean inTime = ready.thenApply(any -> true)
                .completeOnTimeout(false, START.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (!inTime) {
            throw ServerException.quoting(
                    folder.log(), "the Kafka broker does not serve after %d s".formatted(START.toSeconds()));
        }
        if (!ready.join()) {
            throw ServerException.quoting(folder.log(), "the Kafka broker ended while it was starting");
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
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

    /** Freezes the process: it keeps its connections and answers nothing. */
    public void suspend() {
        Signal.STOP.sendTo(process.pid());
    }

    public void resume() {
        Signal.CONT.sendTo(process.pid());
    }

    /** Ends the process as a crash does. */
    public synchronized void kill() {
        process.destroyForcibly();
        process.onExit().join();
        lock.close();
    }

    /** Stops in good order, or after a bounded time by force. */
    @Override
    public synchronized void close() {
        if (process.isAlive()) {
            process.destroy();
            resume();
            if (!Signal.exits(process, STOP)) {
                process.destroyForcibly();
                process.onExit().join();
            }
        }
        lock.close();
    }
}
