package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.KafkaUnavailableException;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Lease;
import dev.infill.postgres.ledger.LeaseLostException;
import dev.infill.postgres.ledger.LedgerSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads in one database, or stands by until the leader is gone. One thread owns the session; a {@link LeaseKeeper} renews
 * the lease beside it, however long a turn takes.
 *
 * <p>Interleavings considered: (1) two coordinators start together: {@link Lease#take} is one UPDATE, the row lock lets one
 * win. (2) The leader is frozen and wakes after another took over: its next fenced transaction finds another epoch and
 * ends without a trace; what it said to Kafka meanwhile are directives of an older epoch, which are ignored, and tasks,
 * which are harmless when doubled. (3) It is frozen inside a fenced transaction: the server ends the session after
 * {@link #IDLE_IN_TRANSACTION}, then the other can take the row. (4) A fenced transaction outlasts the lease's term: it holds
 * the row, so that neither the keeper nor another coordinator can change it; whoever comes first after its end, what it wrote
 * was written by the leader. (5) The loop hangs while the keeper's thread does not: after {@link #LONGEST_TURN} the keeper
 * renews no more.
 */
public final class DatabaseLeader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseLeader.class);
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(3);
    private static final long TURN_MILLIS = 100;
    private static final long STAND_BY_MILLIS = 500;
    private static final Duration LONGEST_TURN = Duration.ofMinutes(2);
    private static final long STOP_SECONDS = 10;

    private final Database database;
    private final String holder;
    private final Supplier<Leadership> leaderships;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile long lastTurnNanos = System.nanoTime();
    private volatile boolean connected;
    private @Nullable Connection connection;
    private @Nullable LeaderSession session;
    private @Nullable Leadership leadership;
    private @Nullable LeaseKeeper keeper;
    private String lastTrouble = "";

    /**
     * A leader to be.
     *
     * @param holder unique to this process
     * @param leaderships makes what a leader keeps for as long as it leads
     */
    public DatabaseLeader(Database database, String holder, Supplier<Leadership> leaderships) {
        this.database = database;
        this.holder = holder;
        this.leaderships = leaderships;
        this.thread = new Thread(this::run, "infill-leader-" + database.name());
    }

    /** Begins to stand by. */
    public void start() {
        thread.start();
    }

    /** Whether the loop turns. */
    public boolean isAlive() {
        return thread.isAlive() && System.nanoTime() - lastTurnNanos < LONGEST_TURN.toNanos();
    }

    /** Whether the database answers. */
    public boolean isConnected() {
        return connected;
    }

    private void run() {
        while (stop.getCount() > 0) {
            lastTurnNanos = System.nanoTime();
            long pause = STAND_BY_MILLIS;
            try {
                pause = turn() ? TURN_MILLIS : STAND_BY_MILLIS;
                connected = true;
                trouble("");
            } catch (LeaseLostException e) {
                log.warn("Another coordinator leads in {} now.", database.name());
                resign();
            } catch (SQLException e) {
                failed(e);
            } catch (KafkaUnavailableException e) {
                trouble("Kafka: " + e.getMessage());
            } catch (RuntimeException e) {
                log.error("A turn in {} failed; the next one tries again.", database.name(), e);
            }
            await(pause);
        }
        leave();
    }

    /** One turn; answers whether we lead. */
    private boolean turn() throws SQLException {
        Connection open = connection;
        if (open == null) {
            Manners manners = Manners.of("infill coordinator");
            open = Sessions.open(
                    database,
                    new Manners(
                            manners.applicationName(),
                            manners.lockTimeout(),
                            manners.statementTimeout(),
                            IDLE_IN_TRANSACTION));
            connection = open;
        }
        if (!LedgerSchema.exists(open) || !leads(open)) {
            return false;
        }
        LeaderSession current = session;
        Leadership duty = leadership;
        if (current != null && duty != null) {
            duty.turn(current);
        }
        return true;
    }

    private boolean leads(Connection open) throws SQLException {
        LeaderSession current = session;
        if (current == null) {
            OptionalLong epoch = Lease.take(open, holder);
            if (epoch.isEmpty()) {
                return false;
            }
            LedgerSchema.createIfMissing(open); // what an older version did not have
            log.info("Leading in database {} (epoch {}).", database.name(), epoch.getAsLong());
            session = new LeaderSession(open, holder, epoch.getAsLong());
            leadership = leaderships.get();
            keeper = LeaseKeeper.start(database, holder, epoch.getAsLong(), this::isAlive);
            return true;
        }
        if (keeper != null && keeper.isLost()) {
            log.warn("Another coordinator leads in {} now.", database.name());
            resign();
            return false;
        }
        return true;
    }

    private void failed(SQLException exception) {
        Failure failure = Failure.of(exception);
        trouble("PostgreSQL: " + failure.words());
        log.debug("The failure was:", exception);
        if (failure.isConnectionLost() || connection == null) {
            connected = false;
            disconnect();
        }
    }

    /** The epoch stays ours when only the session was lost: nobody can have taken the lease before its term ended. */
    private void disconnect() {
        LeaderSession former = session;
        Leadership duty = leadership;
        resign();
        closeQuietly();
        if (former != null && duty != null) {
            log.info("Lost the session in {}; standing by until it can be opened again.", database.name());
        }
    }

    private void resign() {
        session = null;
        LeaseKeeper kept = keeper;
        keeper = null;
        if (kept != null) {
            kept.close();
        }
        Leadership duty = leadership;
        leadership = null;
        if (duty != null) {
            duty.close();
        }
    }

    private void trouble(String words) {
        if (!words.equals(lastTrouble) && !words.isEmpty()) {
            log.warn("Database {}: {}; trying again.", database.name(), words);
        }
        lastTrouble = words;
    }

    private void leave() {
        LeaderSession current = session;
        Connection open = connection;
        resign();
        try {
            if (current != null && open != null) {
                Lease.release(open, holder, current.epoch());
            }
        } catch (SQLException e) {
            log.debug("The lease could not be released; it ends by itself.", e);
        }
        closeQuietly();
    }

    private void closeQuietly() {
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

    private void await(long millis) {
        try {
            if (stop.await(millis, TimeUnit.MILLISECONDS)) {
                log.debug("Asked to stop.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop.countDown();
        }
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            if (thread.isAlive()) {
                log.warn("The leader's loop of {} is still busy after {} s.", database.name(), STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
