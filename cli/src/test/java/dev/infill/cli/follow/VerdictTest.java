package dev.infill.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.sample.Sample;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Sample FILLING = Sample.filling();

    @Test
    void goesOnWhileItIsOnItsWayOrPaused() {
        assertThat(Verdict.on(FILLING.status(), Stage.COMPLETE)).isEmpty();
        assertThat(Verdict.on(FILLING.standing(Standing.PAUSED, null).status(), Stage.COMPLETE))
                .isEmpty();
        assertThat(Verdict.now(FILLING.status())).isEqualTo(ExitCode.STILL_RUNNING);
    }

    @Test
    void endsOnceTheStageAskedForIsDone() {
        assertThat(Verdict.on(FILLING.status(), Stage.FILL)).isEmpty();
        assertThat(Verdict.on(FILLING.in(Stage.VERIFY).status(), Stage.FILL)).contains(ExitCode.DONE);
    }

    @Test
    void tellsHowItEnded() {
        assertThat(Verdict.now(FILLING.over("complete").status())).isEqualTo(ExitCode.DONE);
        assertThat(Verdict.now(FILLING.over("cancelled").status())).isEqualTo(ExitCode.FAILED);
        assertThat(Verdict.now(FILLING.over("rolled-back").status())).isEqualTo(ExitCode.FAILED);
        assertThat(Verdict.now(FILLING.standing(Standing.REFUSED, "no key").status()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(Verdict.now(FILLING.standing(Standing.FAILED, "no rights").status()))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void tellsThatVerificationFoundDifferences() {
        assertThat(Verdict.now(FILLING.mismatches(2).over("complete").status())).isEqualTo(ExitCode.DIFFERENCES);
        assertThat(Verdict.now(FILLING.mismatches(2)
                        .in(Stage.VERIFY)
                        .standing(Standing.FAILED, "they come again")
                        .status()))
                .isEqualTo(ExitCode.DIFFERENCES);
    }
}
