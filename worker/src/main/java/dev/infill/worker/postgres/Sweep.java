package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.ClaimedRange.Progress;
import dev.infill.postgres.ledger.RangeLedger;
import dev.infill.postgres.ledger.RejectedLedger;
import dev.infill.postgres.ledger.SuspectLedger.Suspect;
import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.Stripes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last pass over a region, by the range's own predicate: it finds what the stripes missed and moves the cursor. At first
 * the whole region in one window; where much is left or something fails, in windows of a few rows. Rows that others hold
 * locked are postponed to the range's end, rows that PostgreSQL refuses are set aside; both in the transaction that moves
 * the cursor past them.
 */
final class Sweep {
    private final HeldRange range;
    private final Assignment task;
    private final Difference difference;
    private final Window region;
    private final Stripes stripes;
    private final Culprit culprit = new Culprit(BatchSize.FIRST);
    private Culprit straggler = new Culprit(BatchSize.ONE);
    private int postponedTries;
    private boolean retriesPostponed;
    private boolean careful;

    /**
     * A sweep over a region.
     *
     * @param careful whether many rows are still to be written, so that one transaction would take too long
     */
    Sweep(HeldRange range, Assignment task, Difference difference, Window region, Stripes stripes, boolean careful) {
        this.range = range;
        this.task = task;
        this.difference = difference;
        this.region = region;
        this.stripes = stripes;
        this.careful = careful;
    }

    /** Sweeps over the next window and commits; closes the range with its last one. */
    void batch(WorkerSession session) throws SQLException, ClaimLostException {
        session.begin();
        retriesPostponed = false;
        culprit.trying(Long.MAX_VALUE);
        forgetRejected(session);
        Window window = cut(session);
        boolean isLast = window.isLast() && region.isLast();
        retriesPostponed = isLast && !range.progress().postponed().isEmpty();
        culprit.trying(window.rows() == Window.UNCOUNTED ? Long.MAX_VALUE : window.rows());
        if (retriesPostponed) {
            retryPostponed(session);
        } else if (culprit.refusal().isPresent()) {
            setAside(session, window, culprit.refusal().get());
        } else if (culprit.isLocked() && !isLast) {
            postpone(session, window);
        } else {
            write(session, window);
        }
    }

    /** Whether the region's end was reached. */
    boolean isOver() {
        return range.state().closesTask()
                || (!region.isLast()
                        && region.to() != null
                        && region.to().equals(range.progress().cursor()));
    }

    /** Also of rows that are gone. Those found in repairs are forgotten window by window, as their rows are met. */
    private void forgetRejected(WorkerSession session) throws SQLException {
        if (task.mayHaveRejected() && range.progress().cursor() == null) {
            RejectedLedger.deleteOfRange(
                    session.connection(), task.migration().name(), range.task().range());
        }
    }

    /** While rows are postponed, the range is kept open by its last row alone, so that no others wait with it. */
    private Window cut(WorkerSession session) throws SQLException {
        boolean mayEnd = region.isLast() && !range.progress().postponed().isEmpty();
        if (!careful && !mayEnd) {
            return RangeRows.rest(range.begin(), region.to());
        }
        RangeRows rows = task.rows();
        Window window = rows.cut(session.connection(), range.begin(), region.to(), culprit.rows());
        boolean isKeptOpen = mayEnd && window.isLast() && window.rows() > 1;
        return isKeptOpen
                ? rows.cut(session.connection(), window.from(), window.to(), (int) window.rows() - 1)
                : window;
    }

    private void write(WorkerSession session, Window window) throws SQLException, ClaimLostException {
        if (task.mayHaveRejected()) {
            task.rows().forgetRejected(session.connection(), window);
        }
        RangeRows.Count count = task.rows().fill(session.connection(), window, difference);
        pass(session, window, range.progress().moved(cursorAfter(window), count.rows(), count.differing()));
    }

    /** The row that is to blame is the window's first, and but for inserts of this moment the only one. */
    private void setAside(WorkerSession session, Window window, Failure refusal)
            throws SQLException, ClaimLostException {
        Optional<Suspect> row = task.rows().firstRow(session.connection(), window);
        if (row.isPresent()) {
            reject(session, row.get().key(), refusal);
        }
        pass(session, window, range.progress().moved(cursorAfter(window), window.rows(), 0));
        row.ifPresent(refused -> task.tellRejected(refused.key(), refusal));
    }

    private void postpone(WorkerSession session, Window window) throws SQLException, ClaimLostException {
        List<Key> postponed = new ArrayList<>(range.progress().postponed());
        task.rows().firstRow(session.connection(), window).ifPresent(row -> postponed.add(row.key()));
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
        if (window.isLast() && region.isLast()) {
            RangeLedger.noteStripes(
                    session.connection(),
                    range.claim(),
                    stripes.count(),
                    stripes.reason().words());
            range.commitLast(session, after, RangeState.DONE);
        } else {
            range.commit(session, after);
        }
    }

    private @Nullable Key cursorAfter(Window window) {
        return window.to() == null ? range.progress().cursor() : window.to();
    }

    /** Whether it goes on in windows of a few rows. */
    boolean isCareful() {
        return careful;
    }

    /** After a batch that was committed. */
    void succeeded(Duration took) {
        if (retriesPostponed) {
            straggler = new Culprit(BatchSize.ONE);
        } else if (careful) {
            culprit.succeeded(took);
        }
    }

    /** After a batch that failed: takes less, or sets a row aside the next time. */
    void failed(Failure failure) {
        if (retriesPostponed) {
            straggler.failed(failure);
            if (straggler.refusal().isEmpty()) {
                postponedTries++;
            }
        } else if (careful) {
            culprit.failed(failure);
        } else {
            careful = true;
        }
    }
}
