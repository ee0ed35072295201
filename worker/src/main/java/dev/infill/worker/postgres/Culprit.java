package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.worker.range.BatchSize;
import java.time.Duration;
import java.util.Optional;

/** Sizes batches, and after failures halves them down to the one row that is to blame. */
final class Culprit {
    static final Duration TARGET = Duration.ofMillis(100);
    /** A row that is locked this often in a row is left for later. */
    private static final int PATIENCE = 3;

    private BatchSize size;
    private long tried;
    private int locked;
    private Optional<Failure> found = Optional.empty();

    Culprit(BatchSize first) {
        this.size = first;
    }

    /** How many rows the next batch takes: one, if that one is to be set aside. */
    int rows() {
        return found.isPresent() ? 1 : size.rows();
    }

    BatchSize size() {
        return size;
    }

    /** Remembers how many rows are being tried; many while that is not known, for then no row is to blame. */
    void trying(long rows) {
        tried = rows;
    }

    /** Why PostgreSQL refuses the next row, when that is known. */
    Optional<Failure> refusal() {
        return found.filter(failure -> failure.policy() == Failure.Policy.REJECT);
    }

    /** Whether the next row was locked by others again and again. */
    boolean isLocked() {
        return found.filter(Failure::isLockConflict).isPresent();
    }

    void succeeded(Duration took) {
        size = size.after(took, tried, TARGET);
        found = Optional.empty();
        locked = 0;
    }

    void failed(Failure failure) {
        boolean refused = failure.policy() == Failure.Policy.REJECT;
        if (!refused && !failure.isLockConflict()) {
            return;
        }
        if (tried > 1) {
            size = size.halved(tried);
        } else if (refused || ++locked >= PATIENCE) {
            found = Optional.of(failure);
        }
    }
}
