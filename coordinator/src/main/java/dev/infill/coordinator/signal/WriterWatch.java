package dev.infill.coordinator.signal;

import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.WriterLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twenty times a second which sessions are writing, and notes their transactions, so that repair can tell whose change
 * it was: the log does not say. It writes without a fence, because what it saw is true whoever leads, and twice the same.
 */
public final class WriterWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriterWatch.class);
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A crash empties the table anyway. */
    private static final KeptSession.Kind KIND =
            new KeptSession.Kind("writers", Duration.ofSeconds(2), "SET synchronous_commit = off");

    private final Database database;
    private final KeptSession session;
    private volatile boolean wanted;
    private boolean started;
    private long tidiedNanos = System.nanoTime();

    public WriterWatch(Database database) {
        this.database = database;
        this.session = new KeptSession(database, KIND, this::run);
    }

    /** Watches from now on, or rests. One thread asks. */
    public void watch(boolean isWanted) {
        wanted = isWanted;
        if (isWanted && !started) {
            started = true;
            session.start();
        }
    }

    private void run() {
        while (!session.waits(wanted ? EVERY : IDLE)) {
            if (!wanted) {
                session.drop();
                continue;
            }
            try {
                look(session.get());
            } catch (SQLException e) {
                log.debug("The writers of {} can't be seen now.", database.name(), e);
                if (Failure.of(e).isConnectionLost() || !session.isOpen()) {
                    session.drop();
                }
            } catch (RuntimeException e) {
                log.error("Looking at the writers of {} failed unexpectedly; trying again.", database.name(), e);
                session.drop();
            }
        }
    }

    private void look(Connection open) throws SQLException {
        WriterLedger.see(open);
        if (System.nanoTime() - tidiedNanos > TIDY_NANOS) {
            tidiedNanos = System.nanoTime();
            WriterLedger.forgetSeen(open);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
