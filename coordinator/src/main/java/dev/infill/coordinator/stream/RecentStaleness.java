package dev.infill.coordinator.stream;

import dev.infill.protocol.Progress.Recent;
import dev.infill.protocol.Progress.Window;
import dev.infill.protocol.Result.RepairsMeasured;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The staleness of the last minute, in slices of ten seconds by the clock of whoever measured: what was slow while the capture
 * began says nothing about now.
 *
 * @param slices the oldest first; the newest is still growing
 */
record RecentStaleness(List<Slice> slices) {
    static final RecentStaleness NONE = new RecentStaleness(List.of());
    private static final int SLICE_SECONDS = 10;
    /** Besides the one that grows. */
    private static final int WHOLE_SLICES = 6;

    RecentStaleness {
        slices = List.copyOf(slices);
    }

    /**
     * What was measured in ten seconds.
     *
     * @param start seconds since 1970
     * @param until when it was last added to
     */
    record Slice(long start, Instant until, long changes, String staleness) {
        private Slice plus(RepairsMeasured measured) {
            Instant last = measured.at().isAfter(until) ? measured.at() : until;
            return new Slice(
                    start,
                    last,
                    changes + measured.changes(),
                    StalenessHistogram.merged(staleness, measured.staleness()));
        }
    }

    /** The same with what a worker measured; a worker whose clock is a minute behind is not heard. */
    RecentStaleness plus(RepairsMeasured measured) {
        long start = Math.floorDiv(measured.at().getEpochSecond(), SLICE_SECONDS) * SLICE_SECONDS;
        long newest = slices.isEmpty()
                ? start
                : Math.max(start, slices.get(slices.size() - 1).start());
        List<Slice> kept = new ArrayList<>();
        boolean added = false;
        for (Slice slice : slices) {
            if (!added && slice.start() > start) {
                kept.add(new Slice(start, Instant.EPOCH, 0, StalenessHistogram.EMPTY).plus(measured));
                added = true;
            }
            kept.add(slice.start() == start ? slice.plus(measured) : slice);
            added |= slice.start() == start;
        }
        if (!added) {
            kept.add(new Slice(start, Instant.EPOCH, 0, StalenessHistogram.EMPTY).plus(measured));
        }
        kept.removeIf(slice -> slice.start() < newest - (long) WHOLE_SLICES * SLICE_SECONDS);
        return new RecentStaleness(kept);
    }

    /** The windows that end with the newest slice. */
    Recent recent() {
        if (slices.isEmpty()) {
            return Recent.NONE;
        }
        long newest = slices.get(slices.size() - 1).start();
        List<Window> windows = new ArrayList<>();
        String sum = StalenessHistogram.EMPTY;
        long changes = 0;
        int next = slices.size() - 1;
        for (int whole = 1; whole <= WHOLE_SLICES; whole++) {
            while (next >= 0 && slices.get(next).start() >= newest - (long) whole * SLICE_SECONDS) {
                sum = StalenessHistogram.merged(sum, slices.get(next).staleness());
                changes += slices.get(next).changes();
                next--;
            }
            windows.add(new Window(whole * SLICE_SECONDS, changes, StalenessHistogram.percentiles(sum)));
        }
        Instant until = slices.stream().map(Slice::until).reduce(Instant.EPOCH, (a, b) -> a.isAfter(b) ? a : b);
        return new Recent(until, windows);
    }
}
