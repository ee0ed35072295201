package dev.infill.worker.postgres;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.worker.range.MonotonicTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worker's sessions that nobody uses at the moment. There are never more than lanes at work; those that rest are
 * closed soon, so that at a migration's end slots and origins can be dropped.
 */
public final class WorkerSessions implements AutoCloseable {
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);

    private final Map<String, Database> databases;
    private final Manners manners;
    private final MonotonicTime time;
    private final Map<String, Deque<Resting>> resting = new HashMap<>();
    private boolean closed;

    public WorkerSessions(Collection<Database> databases, Manners manners, MonotonicTime time) {
        Map<String, Database> byName = new HashMap<>();
        databases.forEach(database -> byName.put(database.name(), database));
        this.databases = Map.copyOf(byName);
        this.manners = manners;
        this.time = time;
    }

    /** A session for the caller alone, until it closes the loan. */
    Loan borrow(String database) throws SQLException {
        Database known = databases.get(database);
        if (known == null) {
            throw new SQLException("database '" + database + "' is not in this worker's configuration", "3D000");
        }
        Resting rested = takeRested(database);
        return new Loan(database, rested == null ? WorkerSession.open(known, manners) : rested.session());
    }

    /** Closes sessions that rested too long, and all that rest of databases where nothing is to be done. */
    public void closeIdle(Collection<String> activeDatabases) {
        List<WorkerSession> idle = new ArrayList<>();
        synchronized (resting) {
            Duration now = time.now();
            resting.forEach((database, sessions) -> sessions.removeIf(rested -> {
                boolean tooLong = now.minus(rested.since()).compareTo(LONGEST_REST) > 0;
                if (tooLong || !activeDatabases.contains(database)) {
                    idle.add(rested.session());
                    return true;
                }
                return false;
            }));
        }
        idle.forEach(WorkerSession::close);
    }

    /** Closes what rests; a session that is lent is closed when it comes back. */
    @Override
    public void close() {
        synchronized (resting) {
            closed = true;
        }
        closeIdle(List.of());
    }

    private @Nullable Resting takeRested(String database) {
        synchronized (resting) {
            Deque<Resting> sessions = resting.get(database);
            return sessions == null ? null : sessions.pollFirst();
        }
    }

    private void giveBack(String database, WorkerSession session) {
        synchronized (resting) {
            if (!closed && session.isReusable()) {
                resting.computeIfAbsent(database, name -> new ArrayDeque<>())
                        .addFirst(new Resting(session, time.now()));
                return;
            }
        }
        session.close();
    }

    private record Resting(WorkerSession session, Duration since) {}

    /** A session that is lent. */
    final class Loan implements AutoCloseable {
        private final String database;
        private final WorkerSession session;

        private Loan(String database, WorkerSession session) {
            this.database = database;
            this.session = session;
        }

        WorkerSession session() {
            return session;
        }

        @Override
        public void close() {
            session.comeBack();
            giveBack(database, session);
        }
    }
}
