package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.worker.range.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures in a row, how long to wait after them, and a word to the operator when they last. */
final class Troubles {
    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);
    /** A few are everyday; from then on each power of two is worth a line. */
    private static final int WORTH_TELLING = 4;
    /** It takes that many to find a locked row. */
    private static final int LOCKS_WORTH_TELLING = 32;

    private final String what;
    private int failures;

    Troubles(String what) {
        this.what = what;
    }

    /** It went well again. */
    void over() {
        failures = 0;
    }

    /** Counts a failure; how long to wait now. */
    Duration wait(Failure failure) {
        failures++;
        int worthTelling = failure.isLockConflict() ? LOCKS_WORTH_TELLING : WORTH_TELLING;
        if (failures >= worthTelling && Integer.bitCount(failures) == 1) {
            LOG.warn(
                    "PostgreSQL refused {} times in a row and is asked again: work={} {}",
                    failures,
                    what,
                    failure.words());
        }
        if (failure.isLockConflict()) {
            // The server has waited for the lock already; what follows takes less or leaves the row for later.
            return Backoff.SHORT.after(1, ThreadLocalRandom.current());
        }
        boolean retried = failure.policy() == Failure.Policy.RETRY || failure.policy() == Failure.Policy.REJECT;
        return (retried ? Backoff.SHORT : Backoff.LONG).after(failures, ThreadLocalRandom.current());
    }
}
