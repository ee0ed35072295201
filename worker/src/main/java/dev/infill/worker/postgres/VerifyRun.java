package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.ClaimedRange.Progress;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.postgres.ledger.SuspectLedger;
import dev.infill.postgres.ledger.SuspectLedger.Suspect;
import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.worker.range.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Recomputes the expression for every row of a range and notes those that differ as suspects. Writes no row. */
final class VerifyRun implements RangeRun {
    /**
     * More suspects than a range may note down: then it is filled and verified again as a whole, and nobody learns how many were
     * wrong. So it is more than the rows that any range is cut with: a range that was never filled must be told of.
     */
    private static final int MOST_SUSPECTS = 50_000;

    private final HeldRange range;
    private final Assignment task;
    private final Difference difference;
    private final Culprit culprit;

    VerifyRun(HeldRange range, Assignment task, Difference difference) {
        this.range = range;
        this.task = task;
        this.difference = difference;
        this.culprit = new Culprit(task.sizes().first(range.task()));
    }

    @Override
    public void batch(WorkerSession session) throws SQLException, ClaimLostException {
        Connection connection = session.connection();
        session.beginUnmarked();
        culprit.trying(Long.MAX_VALUE);
        if (range.progress().cursor() == null) {
            SuspectLedger.deleteAll(connection, range.task());
        }
        Window window = task.table().cut(connection, range.begin(), range.upper(), culprit.rows());
        culprit.trying(window.rows());
        Optional<Failure> failure = culprit.refusal();
        List<Suspect> suspects = failure.isPresent()
                ? task.table().firstRow(connection, window).stream().toList()
                : task.table().find(connection, window, difference, MOST_SUSPECTS + 1);
        if (failure.isPresent()) {
            // A row for which the expression can't be computed can't be right either.
            for (Suspect row : suspects) {
                RejectedLedger.put(
                        connection, task.migration(), row.key(), range.task().range(), failure.get());
            }
        }
        SuspectLedger.put(connection, range.task(), suspects);
        pass(session, window, suspects.isEmpty());
        failure.ifPresent(why -> suspects.forEach(row -> task.tellRejected(row.key(), why)));
    }

    private void pass(WorkerSession session, Window window, boolean nothingNew)
            throws SQLException, ClaimLostException {
        Key cursor = window.to() == null ? range.progress().cursor() : window.to();
        Progress after = range.progress().moved(cursor, window.rows(), 0);
        if (nothingNew && !window.isLast()) {
            range.commit(session, after);
            return;
        }
        long suspects = SuspectLedger.count(session.connection(), range.task());
        if (suspects > MOST_SUSPECTS) {
            SuspectLedger.deleteAll(session.connection(), range.task());
            range.commitLast(session, after, RangeState.OVERFLOWED);
        } else if (window.isLast()) {
            range.commitLast(session, after, suspects == 0 ? RangeState.DONE : RangeState.SUSPECT);
        } else {
            range.commit(session, after);
        }
    }

    @Override
    public void succeeded(Duration took) {
        culprit.succeeded(took);
        task.sizes().remember(range.task(), culprit.size());
    }

    @Override
    public void failed(Failure failure) {
        culprit.failed(failure);
    }

    @Override
    public HeldRange range() {
        return range;
    }
}
