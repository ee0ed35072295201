package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import java.sql.SQLException;
import java.time.Duration;

/** One claim's work on a range, batch by batch. */
interface RangeRun {
    /**
     * Has application code compute some of what the next batch needs, outside of a transaction; answers whether it may begin.
     * Where SQL computes everything there is nothing to prepare.
     */
    boolean prepare(WorkerSession session) throws SQLException;

    /**
     * Does the next batch and commits it together with the range's row; closes the range with the last one.
     *
     * @throws ClaimLostException if the range is not ours any more; the transaction is still open
     */
    void batch(WorkerSession session) throws SQLException, ClaimLostException;

    /** After a batch that was committed: how long it took. */
    void succeeded(Duration took);

    /** After a batch that failed: takes less, or sets a row aside the next time. */
    void failed(Failure failure);

    /** The range as it stands. */
    HeldRange range();
}
