package dev.infill.coordinator.lead;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the few statements that may take hours (index builds, validation, the creation of a slot) beside the leader's
 * loop, each in a session of its own. How they ended is seen in the catalog; a failure is kept until it is asked for.
 */
final class Background implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Background.class);

    private final Database database;
    private final Manners manners;
    private final ExecutorService executor;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, SQLException> failures = new ConcurrentHashMap<>();

    Background(Database database, Manners manners) {
        this.database = database;
        this.manners = manners;
        this.executor = Executors.newCachedThreadPool(runnable -> {
            Thread thread = new Thread(runnable, "infill-background-" + database.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A long statement. */
    @FunctionalInterface
    interface Work {
        void on(Connection connection) throws SQLException;
    }

    private record Running(Connection connection, Future<?> future) {}

    /** Whether work of this name has not ended yet. */
    boolean isRunning(String name) {
        return running.containsKey(name);
    }

    /** The failure that work of this name ended with, once. */
    Optional<SQLException> takeFailure(String name) {
        return Optional.ofNullable(failures.remove(name));
    }

    /** Starts work unless work of this name is running. */
    void start(String name, Work work) throws SQLException {
        if (isRunning(name)) {
            return;
        }
        Connection connection = Sessions.open(database, manners);
        Future<?> future = executor.submit(() -> run(name, connection, work));
        running.put(name, new Running(connection, future));
        if (future.isDone()) {
            running.remove(name);
        }
    }

    private void run(String name, Connection connection, Work work) {
        try (connection) {
            work.on(connection);
        } catch (SQLException e) {
            failures.put(name, e);
        } finally {
            running.remove(name);
        }
    }

    /** Cancels what runs: another coordinator leads, or we end. The server stops the statement and the session ends. */
    @Override
    public void close() {
        running.values().forEach(work -> {
            try {
                Sessions.end(work.connection());
            } catch (SQLException e) {
                log.debug("A background session was gone already: {}", e.getSQLState());
            }
        });
        executor.shutdownNow();
    }
}
