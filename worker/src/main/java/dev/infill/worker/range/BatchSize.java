package dev.infill.worker.range;

import java.time.Duration;

/**
 * How many rows a batch takes; follows a target time in bounded steps, and shrinks to one row to find a culprit.
 *
 * @param rows at least one
 */
public record BatchSize(int rows) {
    /** Where a range begins when nothing was measured yet. */
    public static final BatchSize FIRST = new BatchSize(1000);

    /** A single row. */
    public static final BatchSize ONE = new BatchSize(1);

    private static final int LEAST = 50;
    private static final int MOST = 50_000;

    public BatchSize {
        if (rows < 1 || rows > MOST) {
            throw new IllegalArgumentException("a batch has 1 to " + MOST + " rows, got " + rows);
        }
    }

    /**
     * After a batch that went well. A batch that came to the range's end with fewer rows than asked for says nothing
     * about larger ones, so it may only shrink the size.
     */
    public BatchSize after(Duration took, long rowsRead, Duration target) {
        double factor = (double) target.toNanos() / Math.max(1, took.toNanos());
        double bounded = Math.max(0.5, Math.min(2, factor));
        if (rowsRead < rows && bounded > 1) {
            return this;
        }
        // Below LEAST only a failure leads, and only success leads out again: time alone does not shrink that far.
        double floor = Math.min(LEAST, rows);
        return new BatchSize((int) Math.max(floor, Math.min(MOST, Math.ceil(rows * bounded))));
    }

    /** After a failure of a batch that had this many rows: half of them. */
    public BatchSize halved(long rowsRead) {
        return new BatchSize((int) Math.max(1, Math.min(rows, rowsRead) / 2));
    }
}
