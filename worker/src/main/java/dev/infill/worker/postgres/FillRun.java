package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.ClaimedRange.Progress;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.postgres.ledger.SuspectLedger.Suspect;
import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Difference;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes every row of a range equal to the expression. Rows that others hold locked are postponed to the range's end, rows
 * that PostgreSQL refuses are set aside; both in the transaction that moves the cursor past them.
 */
final class FillRun implements RangeRun {
    private final HeldRange range;
    private final Assignment task;
    private final Difference difference;
    private final Culprit culprit;
    private Culprit straggler = new Culprit(BatchSize.ONE);
    private int postponedTries;
    private boolean retriesPostponed;

    FillRun(HeldRange range, Assignment task, Difference difference) {
        this.range = range;
        this.task = task;
        this.difference = difference;
        this.culprit = new Culprit(task.sizes().first(range.task()));
    }

    @Override
    public void batch(WorkerSession session) throws SQLException, ClaimLostException {
        session.begin();
        retriesPostponed = false;
        culprit.trying(Long.MAX_VALUE);
        Window window = cut(session);
        retriesPostponed = window.isLast() && !range.progress().postponed().isEmpty();
        culprit.trying(window.rows());
        if (retriesPostponed) {
            retryPostponed(session);
        } else if (culprit.refusal().isPresent()) {
            setAside(session, window, culprit.refusal().get());
        } else if (culprit.isLocked() && !window.isLast()) {
            postpone(session, window);
        } else {
            write(session, window);
        }
    }

    /** While rows are postponed, the range is kept open by its last row alone, so that no others wait with it. */
    private Window cut(WorkerSession session) throws SQLException {
        Table table = task.table();
        Window window = table.cut(session.connection(), range.begin(), range.upper(), culprit.rows());
        boolean isKeptOpen = window.isLast()
                && window.rows() > 1
                && !range.progress().postponed().isEmpty();
        return isKeptOpen
                ? table.cut(session.connection(), window.from(), window.to(), (int) window.rows() - 1)
                : window;
    }

    private void write(WorkerSession session, Window window) throws SQLException, ClaimLostException {
        if (task.mayHaveRejected()) {
            RejectedLedger.delete(session.connection(), task.migration(), window.from(), window.to());
        }
        long changed = task.table().fill(session.connection(), window, difference);
        pass(session, window, range.progress().moved(cursorAfter(window), window.rows(), changed));
    }

    /** The row that is to blame is the window's first, and but for inserts of this moment the only one. */
    private void setAside(WorkerSession session, Window window, Failure refusal)
            throws SQLException, ClaimLostException {
        Optional<Suspect> row = task.table().firstRow(session.connection(), window);
        if (row.isPresent()) {
            reject(session, row.get().key(), refusal);
        }
        pass(session, window, range.progress().moved(cursorAfter(window), window.rows(), 0));
        row.ifPresent(refused -> task.tellRejected(refused.key(), refusal));
    }

    private void postpone(WorkerSession session, Window window) throws SQLException, ClaimLostException {
        List<Key> postponed = new ArrayList<>(range.progress().postponed());
        task.table().firstRow(session.connection(), window).ifPresent(row -> postponed.add(row.key()));
        pass(
                session,
                window,
                range.progress().moved(cursorAfter(window), window.rows(), 0).postponing(postponed));
    }

    /** One postponed row, another one after each failure. The last window waits until none is left. */
    private void retryPostponed(WorkerSession session) throws SQLException, ClaimLostException {
        Progress at = range.progress();
        List<Key> left = new ArrayList<>(at.postponed());
        Key key = left.remove(postponedTries % left.size());
        Optional<Failure> refusal = straggler.refusal();
        straggler.trying(1);
        if (refusal.isPresent()) {
            reject(session, key, refusal.get());
            range.commit(session, at.postponing(left));
            task.tellRejected(key, refusal.get());
            return;
        }
        RejectedLedger.delete(session.connection(), task.migration(), List.of(key));
        long changed = task.table().repair(session.connection(), List.of(key), difference);
        range.commit(session, at.moved(at.cursor(), 0, changed).postponing(left));
    }

    private void reject(WorkerSession session, Key key, Failure refusal) throws SQLException {
        RejectedLedger.put(
                session.connection(), task.migration(), key, range.task().range(), refusal);
    }

    private void pass(WorkerSession session, Window window, Progress after) throws SQLException, ClaimLostException {
        if (window.isLast()) {
            range.commitLast(session, after, RangeState.DONE);
        } else {
            range.commit(session, after);
        }
    }

    private @Nullable Key cursorAfter(Window window) {
        return window.to() == null ? range.progress().cursor() : window.to();
    }

    @Override
    public void succeeded(Duration took) {
        if (retriesPostponed) {
            straggler = new Culprit(BatchSize.ONE);
        } else {
            culprit.succeeded(took);
            task.sizes().remember(range.task(), culprit.size());
        }
    }

    @Override
    public void failed(Failure failure) {
        if (!retriesPostponed) {
            culprit.failed(failure);
            return;
        }
        straggler.failed(failure);
        if (straggler.refusal().isEmpty()) {
            postponedTries++;
        }
    }

    @Override
    public HeldRange range() {
        return range;
    }
}
