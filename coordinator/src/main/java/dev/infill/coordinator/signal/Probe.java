package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.signal.SignalWatch.Target;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.PaceLedger;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feels what the application feels: ten times a second it reads one row of a table by its key and commits one small write, each a
 * statement of its own as the application's are, and the longer of the two is what counts.
 */
final class Probe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Probe.class);
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration STATEMENT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long STOP_SECONDS = 3;

    private final Database database;
    private final Felt felt = new Felt();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private final Map<TableName, SampleRows> rows = new HashMap<>();
    private volatile List<Target> targets = List.of();
    private volatile String trouble = "";
    private volatile long answeredNanos = System.nanoTime();
    private volatile long askedNanos;
    private long beats;
    private @Nullable Connection connection;

    Probe(Database database) {
        this.database = database;
        this.thread = new Thread(this::run, "infill-probe-" + database.name());
        thread.setDaemon(true);
    }

    void start() {
        answeredNanos = System.nanoTime();
        thread.start();
    }

    /** Reads from these tables in turn. */
    void aim(List<Target> at) {
        targets = at;
    }

    /** What was felt since this was asked last, once a second; one thread asks. */
    Reading felt(boolean isQuiet) {
        long asked = askedNanos;
        long now = System.nanoTime();
        long waiting = asked == 0 ? 0 : micros(Math.max(0, now - asked));
        Reading.Measured measured = felt.second(waiting, isQuiet);
        boolean isSilent = now - answeredNanos > PATIENCE.toNanos();
        if (!isSilent) {
            return measured;
        }
        return new Reading.Unreadable("the probe has no answer"
                + (trouble.isEmpty() ? "" : " (" + trouble + "); it reads the table and writes infill.probe"));
    }

    OptionalLong quietMicros() {
        return felt.quietMicros();
    }

    private void run() {
        long due = System.nanoTime();
        while (!waits(due - System.nanoTime())) {
            due = Math.max(due + EVERY.toNanos(), System.nanoTime());
            if (targets.isEmpty()) {
                disconnect();
                answeredNanos = System.nanoTime();
                continue;
            }
            try {
                beat(session());
                trouble = "";
            } catch (SQLException e) {
                failed(e);
            } finally {
                askedNanos = 0;
            }
        }
        disconnect();
    }

    private void beat(Connection session) throws SQLException {
        List<Target> among = targets;
        if (among.isEmpty()) {
            return;
        }
        Target target = among.get((int) (beats++ % among.size()));
        SampleRows sample = rows.computeIfAbsent(target.table(), table -> new SampleRows(target));
        sample.refresh(session);
        long read = timed(() -> sample.readNext(session));
        long written = timed(() -> PaceLedger.beat(session));
        answeredNanos = System.nanoTime();
        felt.record(Math.max(read, written), micros(EVERY.toNanos()));
    }

    /** What ran into a timeout was felt for as long as it took. */
    private void failed(SQLException e) {
        Failure failure = Failure.of(e);
        trouble = failure.words();
        log.debug("The probe of {} has no answer.", database.name(), e);
        if (askedNanos != 0) {
            felt.record(micros(System.nanoTime() - askedNanos), micros(EVERY.toNanos()));
        }
        if (failure.isConnectionLost() || connection == null) {
            disconnect();
        }
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    private interface Step {
        void run() throws SQLException;
    }

    private long timed(Step step) throws SQLException {
        long begun = System.nanoTime();
        askedNanos = begun;
        step.run();
        askedNanos = 0;
        return micros(System.nanoTime() - begun);
    }

    private Connection session() throws SQLException {
        Connection open = connection;
        if (open == null) {
            Manners manners = Manners.of("infill probe");
            open = Sessions.open(
                    database,
                    new Manners(
                            manners.applicationName(),
                            manners.lockTimeout(),
                            STATEMENT,
                            manners.idleInTransactionTimeout()));
            connection = open;
            rows.clear();
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
    private boolean waits(long nanos) {
        try {
            return stop.await(nanos, TimeUnit.NANOSECONDS);
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
