package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.PassScope;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.PassSummary.Rejected;
import dev.infill.protocol.TaskKind;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeStagesTest {
    private static final Rejected NONE = new Rejected(0, false, 0);

    @Test
    void fillBeginsWithAllRanges() {
        NextStep step = RangeStages.inFill(new PassSummary(0, NONE, 0, 0, 10, 10), false);

        assertThat(step).isEqualTo(new NextStep.OpenPass(TaskKind.FILL, PassScope.ALL));
    }

    @Test
    void fillIsLeftOnlyWhenNoTaskIsOpenAndNoRowIsRefused() {
        assertThat(RangeStages.inFill(new PassSummary(1, NONE, 0, 0, 10, 10), true))
                .isEqualTo(new NextStep.Wait());
        assertThat(RangeStages.inFill(new PassSummary(0, new Rejected(0, false, 3), 0, 0, 10, 10), true))
                .isInstanceOf(NextStep.HoldUp.class);
        assertThat(RangeStages.inFill(new PassSummary(0, NONE, 0, 0, 10, 10), true))
                .isEqualTo(new NextStep.Leave());
    }

    @Test
    void refusedRowsAreTriedAgainWhenDue() {
        assertThat(RangeStages.inFill(new PassSummary(0, new Rejected(2, false, 5), 0, 0, 10, 10), true))
                .isInstanceOf(NextStep.HoldUp.class);
        assertThat(RangeStages.inFill(new PassSummary(0, new Rejected(2, true, 5), 0, 0, 10, 10), true))
                .isEqualTo(new NextStep.OpenPass(TaskKind.FILL, PassScope.REJECTED));
    }

    @Test
    void suspectsAreLookedAtAgainOnlyAfterABarrier() {
        NextStep step = RangeStages.inVerify(new PassSummary(0, NONE, 2, 1, 5, 10));

        assertThat(step).isEqualTo(new NextStep.OpenPassAfterBarrier(TaskKind.RECHECK, PassScope.SUSPECT));
    }

    @Test
    void rangesWithTooManyDifferencesAreFilledBeforeTheyAreVerifiedAgain() {
        NextStep step = RangeStages.inVerify(new PassSummary(0, NONE, 0, 1, 5, 10));

        assertThat(step).isEqualTo(new NextStep.OpenPass(TaskKind.FILL, PassScope.OVERFLOWED));
    }

    @Test
    void convergedIsSaidOnlyAtABarrier() {
        NextStep step = RangeStages.inVerify(new PassSummary(0, NONE, 0, 0, 0, 10));

        assertThat(step).isEqualTo(new NextStep.LeaveAfterBarrier());
    }

    @Test
    void verifyIsNeverLeftWhileAnythingIsOpenSuspectRefusedOrUnverified() {
        Random random = new Random(20_261_124);
        for (int i = 0; i < 10_000; i++) {
            PassSummary summary = new PassSummary(
                    random.nextInt(2),
                    new Rejected(random.nextInt(2), random.nextBoolean(), random.nextInt(2)),
                    random.nextInt(2),
                    random.nextInt(2),
                    random.nextInt(2),
                    2);

            NextStep step = RangeStages.inVerify(summary);

            boolean nothingLeft = summary.open()
                            + summary.rejected().ranges()
                            + summary.rejected().rows()
                            + summary.suspect()
                            + summary.overflowed()
                            + summary.unverified()
                    == 0;
            assertThat(step instanceof NextStep.LeaveAfterBarrier)
                    .as("%s", summary)
                    .isEqualTo(nothingLeft);
            assertThat(step).isNotInstanceOf(NextStep.Leave.class);
        }
    }
}
