package dev.infill.bench.application;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread with a session of its own that does one thing again and again until it is closed. */
final class Loop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Connection connection;
    private final Thread thread;
    private volatile boolean going = true;

    /** What is done again and again. */
    interface Step {
        /** Answers whether there is more to do. */
        boolean take(Connection connection) throws SQLException;
    }

    Loop(String name, Connection connection, Step step) {
        this.connection = connection;
        this.thread = new Thread(() -> run(step), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Step step) {
        while (going) {
            try {
                if (!step.take(connection)) {
                    return;
                }
            } catch (SQLException e) {
                log.warn("{} failed: {}", thread.getName(), e.toString());
            }
        }
    }

    void stop() {
        going = false;
    }

    /** Waits until there is nothing more to do: behind one {@code UPDATE} that may be long. */
    @Override
    public void close() throws SQLException {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
