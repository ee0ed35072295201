package dev.infill.coordinator.signal;

import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.WriterLedger;
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
 * Looks twenty times a second which sessions are writing, and notes their transactions, so that repair can tell whose change
 * it was: the log does not say. It writes without a fence, because what it saw is true whoever leads, and twice the same.
 */
public final class WriterWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriterWatch.class);
    private static final Duration STATEMENT = Duration.ofSeconds(2);
    private static final long EVERY_MILLIS = 50;
    private static final long IDLE_MILLIS = 500;
    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long STOP_SECONDS = 3;

    private final Database database;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean wanted;
    private boolean started;
    private long tidiedNanos = System.nanoTime();
    private @Nullable Connection connection;

    public WriterWatch(Database database) {
        this.database = database;
        this.thread = new Thread(this::run, "infill-writers-" + database.name());
        thread.setDaemon(true);
    }

    /** Watches from now on, or rests. One thread asks. */
    public void watch(boolean isWanted) {
        wanted = isWanted;
        if (isWanted && !started) {
            started = true;
            thread.start();
        }
    }

    private void run() {
        while (!waits(wanted ? EVERY_MILLIS : IDLE_MILLIS)) {
            if (!wanted) {
                disconnect();
                continue;
            }
            try {
                look(session());
            } catch (SQLException e) {
                log.debug("The writers of {} can't be seen now.", database.name(), e);
                if (Failure.of(e).isConnectionLost() || connection == null) {
                    disconnect();
                }
            } catch (RuntimeException e) {
                log.error("Looking at the writers of {} failed unexpectedly; trying again.", database.name(), e);
                disconnect();
            }
        }
        disconnect();
    }

    private void look(Connection session) throws SQLException {
        WriterLedger.see(session);
        if (System.nanoTime() - tidiedNanos > TIDY_NANOS) {
            tidiedNanos = System.nanoTime();
            WriterLedger.forgetSeen(session);
        }
    }

    private Connection session() throws SQLException {
        Connection open = connection;
        if (open == null) {
            Manners manners = Manners.of("infill writers");
            open = Sessions.open(
                    database,
                    new Manners(
                            manners.applicationName(),
                            manners.lockTimeout(),
                            STATEMENT,
                            manners.idleInTransactionTimeout()));
            connection = open;
            try (Statement statement = open.createStatement()) {
                statement.execute("SET synchronous_commit = off"); // a crash empties the table anyway
            }
        }
        return open;
    }

    private void disconnect() {
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

    /** Waits; true when we are to stop. */
    private boolean waits(long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
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
