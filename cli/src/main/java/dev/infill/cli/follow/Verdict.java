package dev.infill.cli.follow;

import dev.infill.cli.outcome.ExitCode;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationStatus;
import java.util.Optional;

/** Decides whether a migration is where one may stop waiting for it, and with which exit code. */
public final class Verdict {
    private Verdict() {}

    /**
     * The verdict on a status, or empty while it is on its way.
     *
     * @param until the stage that must be done
     */
    public static Optional<ExitCode> on(MigrationStatus status, Stage until) {
        if (status.outcome() != null) {
            return Optional.of(status.outcome().equals("complete") ? proven(status) : ExitCode.FAILED);
        }
        if (status.standing() == Standing.REFUSED) {
            return Optional.of(ExitCode.REFUSED);
        }
        if (status.standing() == Standing.FAILED) {
            boolean differs =
                    status.stage() == Stage.VERIFY && status.work().rows().mismatches() > 0;
            return Optional.of(differs ? ExitCode.DIFFERENCES : ExitCode.FAILED);
        }
        return status.stage().compareTo(until) > 0 ? Optional.of(proven(status)) : Optional.empty();
    }

    /** The verdict for scripts that ask once: what is still on its way is said to be. */
    public static ExitCode now(MigrationStatus status) {
        return on(status, Stage.COMPLETE).orElse(ExitCode.STILL_RUNNING);
    }

    /** Rows that verification found wrong were made right and verified again, but somebody should know that they were there. */
    private static ExitCode proven(MigrationStatus status) {
        return status.work().rows().mismatches() > 0 ? ExitCode.DIFFERENCES : ExitCode.DONE;
    }
}
