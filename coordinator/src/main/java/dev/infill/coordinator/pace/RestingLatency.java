package dev.infill.coordinator.pace;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.OptionalDouble;

/**
 * What the application feels while we hardly work: what is felt then is not ours, so a budget below it could be kept by no
 * pace. Of ten seconds in a row the second worst by its worst probe: of a hundred probes that is their 99th percentile.
 */
public final class RestingLatency {
    /** At this pace sixteen workers work as much as a third of one does. */
    static final double PACE = 0.02;

    private static final int SECONDS = 10;

    private final Deque<Double> worst = new ArrayDeque<>();

    /**
     * Takes in a second.
     *
     * @param worstMillis what its worst probe felt
     * @param pace that held in it
     * @return what is felt at rest, in milliseconds; empty before ten seconds of it
     */
    public OptionalDouble after(double worstMillis, double pace) {
        if (pace > PACE) {
            worst.clear();
            return OptionalDouble.empty();
        }
        worst.addLast(worstMillis);
        if (worst.size() > SECONDS) {
            worst.removeFirst();
        }
        return worst.size() < SECONDS
                ? OptionalDouble.empty()
                : worst.stream()
                        .sorted(Comparator.reverseOrder())
                        .mapToDouble(Double::doubleValue)
                        .skip(1)
                        .findFirst();
    }
}
