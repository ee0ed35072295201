package dev.infill.bridge.debezium;

import dev.infill.bridge.change.ChangeSink;
import dev.infill.bridge.change.Supervision;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.BeatLedger;
import dev.infill.postgres.ledger.CaptureRow;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one database's log read for as long as it is wanted: one thread that builds, watches and rebuilds the engine. */
public final class Capture implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
    private static final long LOOK_MILLIS = 500;
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration SLOW_DELIVERY = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(15);

    /** How it stands with a database. */
    public enum Standing {
        /** No migration needs this database's log. */
        UNWANTED,
        /** Something that is needed is not there. */
        WAITING,
        /** Another bridge reads the slot; this one takes over when that one ends. */
        STAND_BY,
        /** Changes flow. */
        STREAMING
    }

    private final Database database;
    private final Manners manners;
    private final InstantSource clock;
    private final BooleanSupplier wanted;
    private final Supplier<Optional<ChangeSink>> sinks;
    private final CaptureMeters meters;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    private @Nullable Connection session;
    private @Nullable Run run;
    private Supervision supervision = Supervision.FIRST;
    private Duration backoff = FIRST_BACKOFF;
    private Instant notBefore = Instant.MIN;
    private String said = "";
    private volatile Standing standing = Standing.UNWANTED;

    /**
     * What a capture reads and where it leads.
     *
     * @param applicationName unique to this process, for the server's lists of sessions
     * @param wanted whether any migration needs this database's log
     * @param sinks opens a way to the changes topic; empty while the topic does not exist
     */
    public record Task(
            Database database, String applicationName, BooleanSupplier wanted, Supplier<Optional<ChangeSink>> sinks) {}

    public Capture(Task task, MeterRegistry registry, InstantSource clock) {
        this.database = task.database();
        // Heartbeats and this bridge's notes meet in one row of the ledger, so it waits longer for a lock than others
        // do.
        this.manners = new Manners(
                task.applicationName(), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10));
        this.wanted = task.wanted();
        this.sinks = task.sinks();
        this.clock = clock;
        this.meters = new CaptureMeters(registry, database.name(), clock);
        this.thread = new Thread(this::supervise, "infill-bridge-" + database.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** How it stands now. */
    public Standing standing() {
        return standing;
    }

    /** Whether the supervising thread still turns. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    private void supervise() {
        try {
            do {
                look();
            } while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            endRun();
            closeSession();
        }
    }

    private void look() {
        try {
            if (!wanted.getAsBoolean()) {
                letGo();
                return;
            }
            if (run != null && run.hasEnded()) {
                giveUp(run.reason());
            }
            if (session == null) {
                session = Sessions.open(database, manners);
            }
            Optional<CaptureRow> row = BeatLedger.capture(session);
            if (run != null) {
                watch(run, row);
            } else if (!clock.instant().isBefore(notBefore)) {
                begin(session, row);
            }
        } catch (SQLException e) {
            closeSession();
            say("can't be reached: " + Failure.of(e).words());
        } catch (IllegalStateException e) {
            giveUp(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.warn("Reading the log of database {} failed in a way nobody thought of", database.name(), e);
            giveUp(e.toString());
        }
    }

    private void letGo() {
        if (run != null) {
            LOG.info("The log of database {} is not needed any more", database.name());
        }
        endRun();
        closeSession();
        standing = Standing.UNWANTED;
        said = "";
    }

    private void begin(Connection connection, Optional<CaptureRow> found) throws SQLException {
        if (found.isEmpty()) {
            waitFor("has no row in infill.capture yet");
            return;
        }
        CaptureRow row = found.get();
        CaptureRow.Slot slot = row.usableSlot();
        if (slot == null) {
            waitFor("has no slot " + row.slot() + " that can be read; the coordinator must make one");
        } else if (slot.reader() != null) {
            standBehind(connection, slot.reader());
        } else {
            startReading(connection, row);
        }
    }

    private void startReading(Connection connection, CaptureRow row) throws SQLException {
        Optional<String> unreadable = UnreadableTypes.find(connection);
        if (unreadable.isPresent()) {
            waitFor("has the type " + unreadable.get()
                    + ", an enum without labels or a domain over an enum, with which its log can't be read");
            return;
        }
        Optional<ChangeSink> sink = sinks.get();
        if (sink.isEmpty()) {
            waitFor("has no changes topic yet");
            return;
        }
        run = new Run(new Run.Way(database, manners, sink.get()), row, connection, meters, clock);
        said = "";
        LOG.info("Reading the log of database {} from slot {}", database.name(), row.slot());
    }

    private void standBehind(Connection connection, CaptureRow.Reader reader) throws SQLException {
        if (reader.applicationName().equals(manners.applicationName())) {
            // An engine of ours that hung and was left behind.
            BeatLedger.endSession(connection, reader);
            return;
        }
        standing = Standing.STAND_BY;
        say("is read by '" + reader.applicationName() + "' (pid " + reader.pid() + "); standing by");
    }

    private void watch(Run current, Optional<CaptureRow> row) {
        boolean readsSlot = row.map(CaptureRow::usableSlot)
                .map(CaptureRow.Slot::reader)
                .map(reader -> reader.applicationName().equals(manners.applicationName()))
                .orElse(false);
        boolean behind = row.map(r -> r.beat() > r.seenBeat()).orElse(false);
        String verdict = supervision.verdict(current.sight(readsSlot, behind), clock.instant());
        if (!verdict.isEmpty()) {
            supervision = supervision.morePatient();
            giveUp(verdict);
        } else if (current.hasDeliveredSinceBefore(clock.instant().minus(SLOW_DELIVERY))) {
            waitFor("is read, but Kafka does not take its changes; PostgreSQL keeps them until it does");
        } else if (current.streams() && readsSlot) {
            standing = Standing.STREAMING;
            said = "";
            backoff = FIRST_BACKOFF;
            if (current.hasNews()) {
                supervision = Supervision.FIRST;
            }
        }
    }

    private void giveUp(String reason) {
        standing = Standing.WAITING;
        say("can't be read: " + reason + "; beginning again where the slot stands");
        endRun();
        notBefore = clock.instant().plus(backoff);
        Duration doubled = backoff.multipliedBy(2);
        backoff = doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
    }

    private void waitFor(String what) {
        standing = Standing.WAITING;
        say(what);
    }

    /** Says a sentence once, not each time it is still true. */
    private void say(String words) {
        if (!words.equals(said)) {
            LOG.warn("Database {} {}", database.name(), words);
            said = words;
        }
    }

    private void endRun() {
        if (run != null) {
            run.close();
            run = null;
            meters.ended();
        }
    }

    private void closeSession() {
        if (session != null) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.debug("A session could not be closed", e);
            }
            session = null;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
