package dev.infill.coordinator.signal;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that looks at a database again and again, and the session that it keeps for that and opens anew when it was lost.
 * Only that thread asks for the session.
 */
final class KeptSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeptSession.class);
    private static final long STOP_SECONDS = 3;

    private final Database database;
    private final Kind kind;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable Connection connection;

    /**
     * What kind of session it is.
     *
     * @param name as in {@code infill-signals-shop}, the thread, and {@code infill signals}, the application
     * @param statement how long a statement may take
     * @param setup what the session says first; empty: nothing
     */
    record Kind(String name, Duration statement, String setup) {}

    /** Nothing runs yet; the loop ends when {@link #waits} says so, and the session is closed after it. */
    KeptSession(Database database, Kind kind, Runnable loop) {
        this.database = database;
        this.kind = kind;
        this.thread = new Thread(
                () -> {
                    loop.run();
                    drop();
                },
                "infill-" + kind.name() + "-" + database.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Connection get() throws SQLException {
        Connection open = connection;
        if (open == null) {
            Manners manners = Manners.of("infill " + kind.name());
            open = Sessions.open(
                    database,
                    new Manners(
                            manners.applicationName(),
                            manners.lockTimeout(),
                            kind.statement(),
                            manners.idleInTransactionTimeout()));
            connection = open;
            if (!kind.setup().isEmpty()) {
                try (Statement statement = open.createStatement()) {
                    statement.execute(kind.setup());
                }
            }
        }
        return open;
    }

    boolean isOpen() {
        return connection != null;
    }

    /** Closes the session; {@link #get} opens another one. */
    void drop() {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            log.debug("The session was gone already.", e);
        }
    }

    /** Waits; true when the loop is to end. */
    boolean waits(Duration time) {
        try {
            return stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
