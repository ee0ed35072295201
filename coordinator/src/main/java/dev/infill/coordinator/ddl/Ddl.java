package dev.infill.coordinator.ddl;

import dev.infill.coordinator.migration.Patience;
import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.postgres.ledger.DdlLedger.Cost;
import dev.infill.postgres.ledger.DdlLedger.Entry;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.LeaderSession.Action;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements that change the schema so that nobody notices. Before it asks for a lock it looks who holds or waits for the
 * table, and while it sees that it would have to queue it does not try. A try stands in the queue no longer than the lock timeout;
 * what it costs is bounded by {@link Patience} and kept in the ledger.
 *
 * <p>A short change runs in the leader's own session: what must commit with it is written before the lock is asked for, so that
 * under the lock there is the statement and nothing else, and the commit does not wait for the disk (nor for a standby): a crash
 * loses change and ledger together, and it is done again. A long one, which lets reads and writes through, runs in a session of
 * its own; only the leader's thread writes down how it went.
 *
 * <p>What it remembers is lost with the process; that costs a few tries.
 */
public final class Ddl {
    private static final Logger log = LoggerFactory.getLogger(Ddl.class);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Duration NEXT_LOOK = Duration.ofMillis(250);

    private final Settings settings;
    private final LongSupplier nanos;
    private final RandomGenerator chance;
    private final Map<String, Try> tries = new HashMap<>();
    private final Map<String, Long> drainingSince = new HashMap<>();
    private final Map<String, Long> beside = new ConcurrentHashMap<>();

    /**
     * How it behaves.
     *
     * @param lockTimeout how long a try may stand in queues, and so how long others may queue behind it
     * @param longLockTimeout the same for an index build, behind which no read and no write queues
     * @param young up to which age a transaction is taken for one that ends by itself in time
     * @param drain how long old snapshots are waited for before an index build
     */
    public record Settings(
            Duration lockTimeout, Duration longLockTimeout, Duration young, Duration drain, Patience.Limits limits) {
        /** What holds in production, with the lock timeout of all our sessions. */
        public static Settings with(Duration lockTimeout) {
            return new Settings(
                    lockTimeout,
                    Duration.ofHours(1),
                    lockTimeout.dividedBy(2),
                    Duration.ofMinutes(2),
                    Patience.Limits.DEFAULT);
        }
    }

    private record Try(Patience patience, long untilNanos, String words) {}

    /** Nothing runs yet; the clock is {@link System#nanoTime}'s. */
    public Ddl(Settings settings, LongSupplier nanos, RandomGenerator chance) {
        this.settings = settings;
        this.nanos = nanos;
        this.chance = chance;
    }

    /**
     * Does the change if this is a quiet moment.
     *
     * @param before what must commit with it
     * @return empty: done; else why not yet, in words
     * @throws SQLException where another try does not help, or nobody knows whether it was done
     */
    public Optional<String> apply(LeaderSession session, String migration, SchemaChange change, Action before)
            throws SQLException {
        Optional<String> waits = waits(session, migration, change);
        return waits.isPresent() ? waits : attempt(session, entry(migration, change), change, before);
    }

    /** Why the change is not tried now; empty: it may be. */
    private Optional<String> waits(LeaderSession session, String migration, SchemaChange change) throws SQLException {
        Entry entry = entry(migration, change);
        Try last = tries.get(key(entry));
        if (last != null && nanos.getAsLong() - last.untilNanos() < 0) {
            return Optional.of(last.words());
        }
        boolean yields = isLong(change) || DeadlockTimeout.maySet(session.connection());
        Optional<String> obstacle = Obstacles.of(session.connection(), change, yields, settings.young());
        if (obstacle.isEmpty()) {
            return Optional.empty();
        }
        return lookAgain(session, entry, change.what() + " waits for " + obstacle.get(), obstacle.get());
    }

    /** Says whom a change waits for, and when to look again; written down where it is somebody else than before. */
    private Optional<String> lookAgain(LeaderSession session, Entry entry, String words, String whom)
            throws SQLException {
        Try last = tries.get(key(entry));
        if (last == null || !last.words().equals(words)) {
            session.fencedAction(c -> DdlLedger.waits(c, entry, whom));
        }
        Patience patience = last == null ? Patience.FRESH : last.patience();
        tries.put(key(entry), new Try(patience, nanos.getAsLong() + jittered(NEXT_LOOK), words));
        return Optional.of(words);
    }

    private Optional<String> attempt(LeaderSession session, Entry entry, SchemaChange change, Action before)
            throws SQLException {
        Watch watch = new Watch(nanos);
        try {
            session.fencedAction(c -> {
                Statements.run(c, "SET LOCAL synchronous_commit = off");
                Statements.run(c, lockTimeout("SET LOCAL", change));
                DeadlockTimeout.shorten(c, "SET LOCAL");
                DdlLedger.done(c, entry);
                before.on(c);
                Statements.run(c, "SET LOCAL statement_timeout = " + longestStatement());
                watch.asks();
                Statements.lock(c, change);
                watch.has();
                Statements.run(c, change.sql());
            });
        } catch (SQLException e) {
            return Optional.of(failed(session, entry, watch.ends(change.lock()), e));
        }
        Cost cost = watch.ends(change.lock());
        tries.remove(key(entry));
        session.fencedAction(c -> DdlLedger.cost(c, entry, cost));
        log.info(
                "Migration {}: {}; in the queue for {} ms, {} held for {} ms.",
                entry.migration(),
                change.what(),
                Math.round(cost.queuedMillis()),
                change.lock().words(),
                Math.round(cost.heldMillis()));
        return Optional.empty();
    }

    private String failed(LeaderSession session, Entry entry, Cost cost, SQLException e) throws SQLException {
        Failure failure = Failure.of(e);
        if (failure.isConnectionLost() || !failure.isLockConflict()) {
            throw e;
        }
        return tryAgainLater(session, entry, cost, "did not get its lock in time");
    }

    private String tryAgainLater(LeaderSession session, Entry entry, Cost cost, String why) throws SQLException {
        session.fencedAction(c -> DdlLedger.failed(c, entry, cost));
        Try last = tries.get(key(entry));
        Patience patience = last == null ? Patience.FRESH : last.patience();
        Duration made = Duration.ofNanos((long) (cost.longestMillis() * NANOS_PER_MILLI));
        Patience.Next next = patience.afterFailure(made, chance.nextDouble(), settings.limits());
        String words = next.paused()
                ? String.format(
                        Locale.ROOT,
                        "%s stood in the queue until others may have waited %.1f s for it: it is not tried for %d s",
                        entry.what(),
                        patience.endured().plus(made).toMillis() / 1000.0,
                        next.rest().toSeconds())
                : entry.what() + " " + why + " and is tried again";
        tries.put(
                key(entry),
                new Try(next.patience(), nanos.getAsLong() + next.rest().toNanos(), words));
        return words;
    }

    /**
     * Prepares a long change: nobody is in its way, and, where it is an index build, nobody has an old snapshot, or was waited for
     * long enough. Also looks that we still lead.
     *
     * @return empty: {@link #runBeside} may begin; else why not yet, in words
     */
    public Optional<String> begin(LeaderSession session, String migration, SchemaChange change) throws SQLException {
        Optional<String> waits = waits(session, migration, change);
        if (waits.isPresent()) {
            return waits;
        }
        Entry entry = entry(migration, change);
        Optional<String> old = isLong(change)
                ? OldSnapshots.olderThan(session.connection(), change.tables().get(0), Duration.ofSeconds(1))
                : Optional.empty();
        long since = drainingSince.computeIfAbsent(key(entry), key -> nanos.getAsLong());
        boolean goesOn = nanos.getAsLong() - since >= settings.drain().toNanos();
        if (old.isPresent() && !goesOn) {
            return lookAgain(session, entry, change.what() + " waits for the old snapshot of " + old.get(), old.get());
        }
        drainingSince.remove(key(entry));
        @Nullable
        String whom =
                old.map(words -> "went on beside the old snapshot of " + words).orElse(null);
        if (whom != null) {
            log.info("Migration {}: {} {}.", migration, change.what(), whom);
        }
        session.fencedAction(c -> DdlLedger.began(c, entry, whom));
        return Optional.empty();
    }

    /** Several statements that together make one change. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void on(Connection connection) throws SQLException;
    }

    /**
     * Runs a long change in a session of its own, whose statement timeout is off; writes nothing down.
     *
     * @param parts what does it where one statement can't
     */
    public void runBeside(Connection own, String migration, SchemaChange change, Optional<Work> parts)
            throws SQLException {
        long began = nanos.getAsLong();
        Statements.run(own, lockTimeout("SET", change));
        DeadlockTimeout.shorten(own, "SET");
        if (parts.isPresent()) {
            parts.get().on(own);
        } else {
            Statements.run(own, change.sql());
        }
        beside.put(key(entry(migration, change)), nanos.getAsLong() - began);
    }

    /** Writes down how a long change went that has ended; with its failure it is tried again after a while where that may help. */
    public void settle(LeaderSession session, String migration, SchemaChange change, @Nullable SQLException failure)
            throws SQLException {
        Entry entry = entry(migration, change);
        Long took = beside.remove(key(entry));
        if (failure != null) {
            tryAgainLater(
                    session, entry, Cost.NONE, "failed (" + Failure.of(failure).words() + ")");
        } else if (took != null) {
            tries.remove(key(entry));
            session.fencedAction(c -> DdlLedger.ended(c, entry, new Cost(0, took / NANOS_PER_MILLI, 0)));
        }
    }

    /** Index builds and drops wait for others' transactions while they hold up neither reads nor writes. */
    private static boolean isLong(SchemaChange change) {
        return change.sql().contains(" INDEX CONCURRENTLY ");
    }

    /** A statement that locks two tables one after the other holds the first while it queues for the second. */
    private String lockTimeout(String set, SchemaChange change) {
        Duration timeout = isLong(change)
                ? settings.longLockTimeout()
                : settings.lockTimeout().dividedBy(Math.max(1, change.tables().size()));
        return set + " lock_timeout = " + timeout.toMillis();
    }

    /** A lock timeout is one for each partition; all of them together, and what is done under the locks, are bounded by this. */
    private long longestStatement() {
        return settings.lockTimeout().toMillis() + 50;
    }

    private long jittered(Duration wait) {
        return (long) (wait.toNanos() * (0.5 + chance.nextDouble()));
    }

    private static Entry entry(String migration, SchemaChange change) {
        return new Entry(migration, change.what(), change.lock().words(), change.sql(), change.undo());
    }

    private static String key(Entry entry) {
        return entry.migration() + "/" + entry.what();
    }

    /** When a try asked for its lock and had it. */
    private static final class Watch {
        private final LongSupplier nanos;
        private long asked;
        private long had;

        Watch(LongSupplier nanos) {
            this.nanos = nanos;
        }

        void asks() {
            asked = nanos.getAsLong();
        }

        void has() {
            had = nanos.getAsLong();
        }

        Cost ends(Lock lock) {
            long end = nanos.getAsLong();
            if (asked == 0) {
                return Cost.NONE;
            }
            double queued = ((had == 0 ? end : had) - asked) / NANOS_PER_MILLI;
            double held = (had == 0 ? 0 : end - had) / NANOS_PER_MILLI;
            return new Cost(queued, held, lock.holdsUpTheApplication() ? queued + held : 0);
        }
    }
}
