package dev.infill.coordinator.lead;

import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.Lease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a lease beside the leader's loop, in a session and a thread of its own. A turn may well outlast the lease's term: it
 * waits for a slow Kafka, or computes a slow expression for a sample of rows; and if each leader in its turn lost the lease
 * over that, nothing would ever be done.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Manners MANNERS = Manners.of("infill coordinator lease");
    private static final long EVERY_MILLIS = 1_000;

    private final Database database;
    private final String holder;
    private final long epoch;
    private final BooleanSupplier worthIt;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean lost;
    private @Nullable Connection session;

    private LeaseKeeper(Database database, String holder, long epoch, BooleanSupplier worthIt) {
        this.database = database;
        this.holder = holder;
        this.epoch = epoch;
        this.worthIt = worthIt;
    }

    /**
     * Begins to keep a lease that was taken just now.
     *
     * @param worthIt whether the leader's loop still turns; while it does not, another coordinator may try
     */
    static LeaseKeeper start(Database database, String holder, long epoch, BooleanSupplier worthIt) {
        LeaseKeeper keeper = new LeaseKeeper(database, holder, epoch, worthIt);
        Thread thread = new Thread(keeper::keep, "infill-lease-" + database.name());
        thread.setDaemon(true);
        thread.start();
        return keeper;
    }

    /** Whether another coordinator was seen to have the lease. */
    boolean isLost() {
        return lost;
    }

    private void keep() {
        try {
            while (!lost && !stop.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                if (worthIt.getAsBoolean()) {
                    renew();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeSession();
        }
    }

    private void renew() {
        try {
            Connection open = session;
            if (open == null) {
                open = Sessions.open(database, MANNERS);
                session = open;
                hurry(open);
            }
            lost = !Lease.renew(open, holder, epoch);
        } catch (SQLException e) {
            // Also where the leader's own transaction holds the row: then nobody else can take it either.
            log.debug("The lease of {} could not be renewed and will be tried again.", database.name(), e);
            if (!Failure.of(e).isLockConflict()) {
                closeSession();
            }
        }
    }

    /** The leader's transactions wait for the row; and a renewal that a crash undoes only ends the term earlier. */
    private static void hurry(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
        }
    }

    private void closeSession() {
        Connection open = session;
        session = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            log.debug("The session was gone already.", e);
        }
    }

    /** Lets the lease run out, without waiting for the thread: one more renewal would do no harm. */
    @Override
    public void close() {
        stop.countDown();
    }
}
