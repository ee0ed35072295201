package dev.infill.worker.postgres;

import dev.infill.postgres.ledger.Claim;
import dev.infill.postgres.ledger.ClaimedRange;
import dev.infill.postgres.ledger.ClaimedRange.Progress;
import dev.infill.postgres.ledger.RangeLedger;
import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.protocol.RangeTask;
import dev.infill.protocol.Result;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The range that a lane holds, as the ledger had it after the lane's last commit. */
final class HeldRange {
    private ClaimedRange range;

    HeldRange(ClaimedRange range) {
        this.range = range;
    }

    RangeTask task() {
        return range.claim().task();
    }

    Claim claim() {
        return range.claim();
    }

    RangeState state() {
        return range.state();
    }

    Progress progress() {
        return range.at();
    }

    @Nullable
    Key upper() {
        return range.upper();
    }

    /** Where the next batch begins; null: at the table's first key. */
    @Nullable
    Key begin() {
        Key cursor = range.at().cursor();
        return cursor == null ? range.lower() : cursor;
    }

    /** How the range was cut. */
    ClaimedRange.Plan plan() {
        return range.plan();
    }

    /** Asks the ledger after a failure, for nobody knows what was committed. */
    void refresh(WorkerSession session) throws SQLException, ClaimLostException {
        range = RangeLedger.read(session.connection(), range.claim()).orElseThrow(this::lost);
    }

    /** Commits a batch and that the range has come so far. */
    void commit(WorkerSession session, Progress progress) throws SQLException, ClaimLostException {
        if (!RangeLedger.advance(session.connection(), range.claim(), progress)) {
            throw lost();
        }
        session.commit();
        range = at(range.state(), progress);
    }

    /** What a batch committed that did not move the cursor. */
    void wrote(long rowsChangedNow) {
        Progress at = range.at();
        range = at(
                range.state(),
                new Progress(
                        at.cursor(), at.postponed(), new Result.Rows(at.rows().read(), rowsChangedNow), at.digest()));
    }

    /** Commits the last batch and that the range is closed, and waits until that is on disk. */
    void commitLast(WorkerSession session, Progress progress, RangeState asked)
            throws SQLException, ClaimLostException {
        session.makeDurable();
        if (!RangeLedger.advance(session.connection(), range.claim(), progress)) {
            throw lost();
        }
        RangeState state =
                RangeLedger.close(session.connection(), range.claim(), asked).orElseThrow(this::lost);
        session.commit();
        range = at(state, progress);
    }

    private ClaimedRange at(RangeState state, Progress progress) {
        return new ClaimedRange(range.claim(), state, range.lower(), range.upper(), progress, range.plan());
    }

    /** What to throw when the ledger says that the claim does not hold. */
    ClaimLostException lost() {
        return new ClaimLostException("range " + task().range() + " of migration " + task().migration()
                + " is not held by claim " + claim().number() + " any more");
    }
}
