package dev.infill.cli.screen;

import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Rows;

/**
 * How much of a stage is done.
 *
 * @param measured whether this stage can be measured at all
 * @param value from 0 to 1
 */
record Share(boolean measured, double value) {
    private static final Share NONE = new Share(false, 0);
    private static final double ALMOST = 0.99;

    static Share of(MigrationStatus status) {
        if (status.outcome() != null) {
            return NONE;
        }
        Rows rows = status.work().rows();
        return switch (status.stage()) {
            case FILL -> of(rows.filled(), status);
            case VERIFY -> of(rows.verified(), status);
            case CHECK, EXPAND, CAPTURE, INDEX, SYNC, ENFORCE, COMPLETE -> NONE;
        };
    }

    /** By rows, which move smoothly, or by ranges where rows say less: rows that were right already are never written. */
    private static Share of(long rows, MigrationStatus status) {
        Ranges ranges = status.work().ranges();
        if (ranges.total() == 0) {
            return new Share(true, 0);
        }
        double byRanges = (double) ranges.done() / ranges.total();
        double byRows = status.work().rows().expected() <= 0
                ? 0
                : (double) rows / status.work().rows().expected();
        boolean over = ranges.done() == ranges.total();
        return new Share(true, over ? 1 : Math.min(ALMOST, Math.max(byRanges, byRows)));
    }
}
