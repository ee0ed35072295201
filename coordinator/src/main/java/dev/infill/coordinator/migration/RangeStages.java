package dev.infill.coordinator.migration;

import dev.infill.protocol.PassScope;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.TaskKind;

/** Decides, for the stages that work through ranges, what follows when a pass is over. */
public final class RangeStages {
    private RangeStages() {}

    /**
     * In {@code fill}: once over all ranges, then again over those with refused rows until none is refused.
     *
     * @param begun whether this visit to the stage has opened its first pass
     */
    public static NextStep inFill(PassSummary ranges, boolean begun) {
        if (!begun) {
            return new NextStep.OpenPass(TaskKind.FILL, PassScope.ALL);
        }
        if (ranges.open() > 0) {
            return new NextStep.Wait();
        }
        if (ranges.rejected().ranges() > 0 || ranges.rejected().rows() > 0) {
            return again(ranges.rejected());
        }
        return new NextStep.Leave();
    }

    /**
     * In {@code verify}. The order matters: suspects first, because a verify pass would forget that they were seen; then
     * ranges that must be filled again; then whatever is not verified; and at last a barrier, so that what was changed
     * while we looked is repaired when we say "converged".
     */
    public static NextStep inVerify(PassSummary ranges) {
        if (ranges.open() > 0) {
            return new NextStep.Wait();
        }
        if (ranges.suspect() > 0) {
            return new NextStep.OpenPassAfterBarrier(TaskKind.RECHECK, PassScope.SUSPECT);
        }
        if (ranges.overflowed() > 0) {
            return new NextStep.OpenPass(TaskKind.FILL, PassScope.OVERFLOWED);
        }
        if (ranges.rejected().ranges() > 0) {
            return again(ranges.rejected());
        }
        if (ranges.unverified() > 0) {
            return new NextStep.OpenPass(TaskKind.VERIFY, PassScope.NOT_VERIFIED);
        }
        if (ranges.rejected().rows() > 0) {
            return again(ranges.rejected());
        }
        return new NextStep.LeaveAfterBarrier();
    }

    private static NextStep again(PassSummary.Rejected rejected) {
        if (rejected.ranges() > 0 && rejected.due()) {
            return new NextStep.OpenPass(TaskKind.FILL, PassScope.REJECTED);
        }
        return new NextStep.HoldUp(
                rejected.rows() + " rows are refused by PostgreSQL (see the dead letters): mend the rows"
                        + " or the expression; they are tried again every 30 s");
    }
}
