package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.ClaimedRange.Progress;
import dev.infill.postgres.ledger.RangeLedger;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.postgres.ledger.SuspectLedger;
import dev.infill.postgres.ledger.SuspectLedger.Suspect;
import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a range's suspects again. The cursor runs over their keys' texts, so that a suspect whose newer version was
 * noted is not taken for an old one when the range is resumed.
 */
final class RecheckRun implements RangeRun {
    private static final Logger LOG = LoggerFactory.getLogger(RecheckRun.class);
    private static final BatchSize FIRST = new BatchSize(200);

    private final HeldRange range;
    private final Assignment task;
    private final Difference difference;
    private final Culprit culprit = new Culprit(FIRST);
    private @Nullable List<Suspect> next;

    RecheckRun(HeldRange range, Assignment task, Difference difference) {
        this.range = range;
        this.task = task;
        this.difference = difference;
    }

    @Override
    public boolean prepare(WorkerSession session) throws SQLException {
        if (task.computed().isEmpty()) {
            return true;
        }
        List<Suspect> suspects = next == null ? suspects(session.connection()) : next;
        next = suspects;
        List<Key> keys = suspects.stream().map(Suspect::key).toList();
        return task.computed().get().prepare(session, keys, task.table());
    }

    private List<Suspect> suspects(Connection connection) throws SQLException {
        return SuspectLedger.next(connection, range.task(), range.progress().cursor(), culprit.rows());
    }

    @Override
    public void batch(WorkerSession session) throws SQLException, ClaimLostException {
        Connection connection = session.connection();
        session.begin();
        culprit.trying(Long.MAX_VALUE);
        List<Suspect> suspects = next == null ? suspects(connection) : next;
        next = null;
        culprit.trying(suspects.size());
        if (suspects.isEmpty()) {
            close(session);
        } else if (culprit.refusal().isPresent()) {
            leave(session, suspects, culprit.refusal().get());
        } else {
            judge(session, suspects);
        }
    }

    private void judge(WorkerSession session, List<Suspect> suspects) throws SQLException, ClaimLostException {
        Connection connection = session.connection();
        List<Key> keys = suspects.stream().map(Suspect::key).toList();
        RejectedLedger.delete(connection, task.migration(), keys);
        long mismatches = task.table().repairUnchanged(connection, suspects, difference);
        List<Suspect> moving = task.table().findAmong(connection, keys, difference);
        Set<Key> cleared = new HashSet<>(keys);
        cleared.removeAll(moving.stream().map(Suspect::key).collect(Collectors.toSet()));
        SuspectLedger.delete(connection, range.task(), cleared);
        SuspectLedger.put(connection, range.task(), moving);
        if (mismatches > 0) {
            session.makeDurable();
            RangeLedger.countMismatches(connection, range.claim(), mismatches);
        }
        range.commit(session, after(suspects, mismatches));
        if (mismatches > 0) {
            LOG.warn(
                    "Verification found {} wrong rows that nobody had changed since; they are repaired and the range is"
                            + " verified again: migration={} range={} table={}",
                    mismatches,
                    range.task().migration(),
                    range.task().range(),
                    task.migration().table());
        }
    }

    /** A row that can't be judged, because PostgreSQL refuses it, stays a suspect. */
    private void leave(WorkerSession session, List<Suspect> suspects, Failure failure)
            throws SQLException, ClaimLostException {
        Connection connection = session.connection();
        Key key = suspects.get(0).key();
        List<Suspect> now = task.table().versions(connection, List.of(key));
        if (now.isEmpty()) {
            SuspectLedger.delete(connection, range.task(), List.of(key));
        } else {
            SuspectLedger.put(connection, range.task(), now);
            RejectedLedger.put(connection, task.migration(), key, range.task().range(), failure);
        }
        range.commit(session, after(suspects, 0));
        task.tellRejected(key, failure);
    }

    private void close(WorkerSession session) throws SQLException, ClaimLostException {
        boolean wrong = range.progress().rows().changed() > 0;
        RangeState state = wrong
                ? RangeState.MISMATCHED
                : SuspectLedger.count(session.connection(), range.task()) > 0 ? RangeState.SUSPECT : RangeState.DONE;
        range.commitLast(session, range.progress(), state);
    }

    private Progress after(List<Suspect> suspects, long mismatches) {
        Key last = suspects.get(suspects.size() - 1).key();
        return range.progress().moved(last, 0, mismatches); // they were counted when they were read first
    }

    @Override
    public void succeeded(Duration took) {
        culprit.succeeded(took);
    }

    @Override
    public void failed(Failure failure) {
        next = null;
        culprit.failed(failure);
    }

    @Override
    public HeldRange range() {
        return range;
    }
}
