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
import org.jspecify.annotations.Nullable;

/**
 * Recomputes the expression for every row of a range, notes those that differ as suspects, and sums up what is there as a
 * digest. Writes no row.
 */
final class VerifyRun implements RangeRun {
    /**
     * More suspects than a range may note down: then it is filled and verified again as a whole, and nobody learns how many were
     * wrong. So it is more than the rows that any range is cut with: a range that was never filled must be told of.
     */
    private static final int MOST_SUSPECTS = 50_000;

    private final HeldRange range;
    private final Assignment task;
    private final Difference difference;
    private final double rowsPerPage;
    private final Culprit culprit;
    private boolean careful;
    private @Nullable Window next;

    VerifyRun(HeldRange range, Assignment task, Difference difference, double rowsPerPage) {
        this.range = range;
        this.task = task;
        this.difference = difference;
        this.rowsPerPage = rowsPerPage;
        this.culprit = new Culprit(task.experience().size(range.task()));
    }

    @Override
    public boolean prepare(WorkerSession session) throws SQLException {
        if (task.computed().isEmpty()) {
            return true;
        }
        Window window = next == null ? window(session.connection()) : next;
        next = window;
        return task.computed().get().prepare(session, window, task.rows());
    }

    @Override
    public void batch(WorkerSession session) throws SQLException, ClaimLostException {
        Connection connection = session.connection();
        session.beginUnmarked();
        culprit.trying(Long.MAX_VALUE);
        if (range.progress().cursor() == null) {
            SuspectLedger.deleteAll(connection, range.task());
        }
        Window window = next == null ? window(connection) : next;
        next = null;
        culprit.trying(window.rows() == Window.UNCOUNTED ? culprit.rows() : window.rows());
        Optional<Failure> failure = culprit.refusal();
        if (failure.isPresent()) {
            refuse(session, window, failure.get());
            return;
        }
        RangeRows.Look look = task.rows().compare(connection, window, difference);
        RangeRows.Count count = look.count();
        culprit.trying(count.rows());
        List<Suspect> suspects = count.differing() == 0
                ? List.of()
                : task.rows().find(connection, window, difference, MOST_SUSPECTS + 1);
        SuspectLedger.put(connection, range.task(), suspects);
        pass(session, window, look, suspects.isEmpty());
    }

    /** As many rows as fit into a batch; the whole range at once where it is known to be no larger. */
    private Window window(Connection connection) throws SQLException {
        Key begin = range.begin();
        Key upper = range.upper();
        if (!careful && task.rows().isByPages() && begin != null && upper != null) {
            return RangeRows.pages(begin, upper, (long) (culprit.rows() / rowsPerPage));
        }
        long planned = range.plan().rows();
        boolean fits = range.progress().cursor() == null && planned > 0 && planned <= culprit.rows();
        return !careful && fits
                ? RangeRows.rest(begin, upper)
                : task.rows().cut(connection, begin, upper, culprit.rows());
    }

    /** A row for which the expression can't be computed can't be right either. */
    private void refuse(WorkerSession session, Window window, Failure failure) throws SQLException, ClaimLostException {
        Connection connection = session.connection();
        List<Suspect> suspects =
                task.rows().firstRow(connection, window).stream().toList();
        for (Suspect row : suspects) {
            RejectedLedger.put(
                    connection, task.migration(), row.key(), range.task().range(), failure);
        }
        SuspectLedger.put(connection, range.task(), suspects);
        RangeRows.Look look = task.rows().look(connection, window);
        pass(session, window, look, suspects.isEmpty());
        suspects.forEach(row -> task.tellRejected(row.key(), failure));
    }

    private void pass(WorkerSession session, Window window, RangeRows.Look look, boolean nothingNew)
            throws SQLException, ClaimLostException {
        Key cursor = window.to() == null ? range.progress().cursor() : window.to();
        Progress after = range.progress().moved(cursor, look.count().rows(), 0).digesting(look.digest());
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
        task.experience().remember(range.task(), culprit.size());
    }

    @Override
    public void failed(Failure failure) {
        careful = true;
        next = null;
        culprit.failed(failure);
    }

    @Override
    public HeldRange range() {
        return range;
    }
}
