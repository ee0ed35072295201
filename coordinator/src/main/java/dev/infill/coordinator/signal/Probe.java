package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.signal.SignalWatch.Target;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.PaceLedger;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feels what the application feels: ten times a second it reads one row of a table by its key and commits one small write, each a
 * statement of its own as the application's are, and the longer of the two is what counts.
 */
final class Probe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Probe.class);
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final KeptSession.Kind KIND = new KeptSession.Kind("probe", Duration.ofSeconds(5), "");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final Felt felt = new Felt();
    private final KeptSession session;
    private final Map<TableName, SampleRows> rows = new HashMap<>();
    private volatile List<Target> targets = List.of();
    private volatile String trouble = "";
    private volatile long answeredNanos = System.nanoTime();
    private volatile long askedNanos;
    private long beats;

    Probe(Database database) {
        this.database = database;
        this.session = new KeptSession(database, KIND, this::run);
    }

    void start() {
        answeredNanos = System.nanoTime();
        session.start();
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
        while (!session.waits(Duration.ofNanos(due - System.nanoTime()))) {
            due = Math.max(due + EVERY.toNanos(), System.nanoTime());
            if (targets.isEmpty()) {
                session.drop();
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
    }

    private void beat(Connection open) throws SQLException {
        List<Target> among = targets;
        if (among.isEmpty()) {
            return;
        }
        Target target = among.get((int) (beats++ % among.size()));
        SampleRows sample = rows.computeIfAbsent(target.table(), table -> new SampleRows(target));
        sample.refresh(open);
        long read = timed(() -> sample.readNext(open));
        long written = timed(() -> PaceLedger.beat(open));
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
        if (failure.isConnectionLost() || !session.isOpen()) {
            session.drop();
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
        if (!session.isOpen()) {
            rows.clear();
        }
        return session.get();
    }

    @Override
    public void close() {
        session.close();
    }
}
