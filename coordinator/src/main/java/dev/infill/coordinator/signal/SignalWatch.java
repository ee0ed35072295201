package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every signal of a database once a second, whatever number of migrations it has; those of one table or of one operator
 * beside. One thread owns the session. What it read last is taken by the leader's thread, which judges by its age.
 */
public final class SignalWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SignalWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final KeptSession.Kind KIND =
            new KeptSession.Kind("signals", Duration.ofSeconds(2), "SET default_transaction_read_only = on");
    private static final String NO_GRANT = "42501";

    private final Database database;
    private final Probe probe;
    private final List<Source> shared = List.of(
            new ReplicaLag(),
            new RetainedWal(),
            new ArchiveBacklog(),
            new LockWaits(),
            new OldestSnapshot(),
            new BatchLatency(),
            new Connections());
    private final KeptSession session;
    private volatile Watched watched = new Watched(List.of(), true);
    private volatile @Nullable Sensed sensed;
    private volatile boolean isTaken;
    private boolean started;

    public SignalWatch(Database database) {
        this.database = database;
        this.probe = new Probe(database);
        this.session = new KeptSession(database, KIND, this::run);
    }

    /**
     * One table to watch.
     *
     * @param query an operator's own; null: none
     */
    public record Target(
            String migration,
            TableName table,
            List<Column> key,
            @Nullable String query) {
        public Target {
            key = List.copyOf(key);
        }
    }

    /**
     * What to watch.
     *
     * @param quiet whether no worker fills or verifies, so that the probe feels what the application feels without us
     */
    public record Watched(List<Target> targets, boolean quiet) {
        public Watched {
            targets = List.copyOf(targets);
        }
    }

    /**
     * What was read.
     *
     * @param atNanos when, by {@link System#nanoTime}
     * @param own by migration
     * @param quietMicros the probe's 99th percentile while it was quiet; empty while too little was felt
     */
    public record Sensed(
            long atNanos,
            Map<Signal, Reading> shared,
            Map<String, Map<Signal, Reading>> own,
            OptionalLong quietMicros) {
        public Sensed {
            shared = Map.copyOf(shared);
            own = Map.copyOf(own);
        }

        Sensed withWorstOf(Sensed before) {
            Map<Signal, Reading> merged = new EnumMap<>(Signal.class);
            merged.putAll(shared);
            if (shared.get(Signal.LATENCY) instanceof Reading.Measured now
                    && before.shared().get(Signal.LATENCY) instanceof Reading.Measured then) {
                merged.put(Signal.LATENCY, new Reading.Measured(now.value(), Math.max(now.worst(), then.worst())));
            }
            return new Sensed(atNanos, merged, own, quietMicros);
        }

        /** Everything that concerns a migration. */
        public Map<Signal, Reading> of(String migration) {
            Map<Signal, Reading> all = new EnumMap<>(Signal.class);
            all.putAll(shared);
            all.putAll(own.getOrDefault(migration, Map.of()));
            return all;
        }
    }

    /** Watches that from now on; begins with the first call that names a table. */
    public void watch(Watched what) {
        watched = what;
        probe.aim(what.targets());
        if (!started && !what.targets().isEmpty()) {
            started = true;
            session.start();
            probe.start();
        }
    }

    /** What was read last; null before the first time. The latency's worst is that since this was asked last. */
    public @Nullable Sensed take() {
        isTaken = true;
        return sensed;
    }

    /** What nobody has taken is not lost: two reads may fall between two looks of the leader. */
    private void publish(Sensed next) {
        Sensed last = sensed;
        sensed = isTaken || last == null ? next : next.withWorstOf(last);
        isTaken = false;
    }

    private void run() {
        while (!session.waits(EVERY)) {
            Watched now = watched;
            if (now.targets().isEmpty()) {
                sensed = null;
                session.drop();
                continue;
            }
            try {
                publish(read(session.get(), now));
            } catch (SQLException e) {
                log.warn(
                        "Signals of {} can't be read ({}); trying again.",
                        database.name(),
                        Failure.of(e).words());
                session.drop();
            } catch (RuntimeException e) {
                log.error("Reading the signals of {} failed unexpectedly; trying again.", database.name(), e);
                session.drop();
            }
        }
    }

    private Sensed read(Connection open, Watched what) throws SQLException {
        Map<Signal, Reading> all = new EnumMap<>(Signal.class);
        for (Source source : shared) {
            all.put(source.signal(), read(open, source));
        }
        all.put(Signal.LATENCY, probe.felt(what.quiet()));
        Map<String, Map<Signal, Reading>> own = new HashMap<>();
        for (Target target : what.targets()) {
            Map<Signal, Reading> its = new EnumMap<>(Signal.class);
            its.put(Signal.DEAD_ROWS, read(open, new DeadRows(target.table())));
            if (target.query() != null) {
                its.put(Signal.QUERY, read(open, new OperatorQuery(target.query())));
            }
            own.put(target.migration(), its);
        }
        return new Sensed(System.nanoTime(), all, own, probe.quietMicros());
    }

    /** One signal that can't be read does not hide the others. */
    private static Reading read(Connection session, Source source) throws SQLException {
        try {
            return source.read(session);
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            if (failure.isConnectionLost()) {
                throw e;
            }
            boolean denied = failure.sqlState().equals(NO_GRANT);
            return new Reading.Unreadable(failure.words() + (denied ? ", a grant is missing: " + Numbers.MONITOR : ""));
        }
    }

    @Override
    public void close() {
        probe.close();
        session.close();
    }
}
