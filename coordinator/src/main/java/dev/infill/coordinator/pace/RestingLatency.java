package dev.infill.coordinator.pace;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.OptionalDouble;

/**
 * What the application feels without us, as far as the middle of a fill can tell it. While we hardly work, what is felt is not
 * ours, so a budget below it could be kept by no pace: of ten seconds in a row the second worst by its worst probe, which of a
 * hundred probes is their 99th percentile. While we work it is at most what is felt: at most the worst of a minute.
 */
public final class RestingLatency {
    /** At this pace sixteen workers work as much as a third of one does. */
    static final double PACE = 0.02;

    /** What is felt at rest may be an incident, and an incident is no excuse to add to it without end. */
    static final double MOST = 4;

    /** Below that a latency is nobody's incident. */
    static final double LEAST_MILLIS = 10;

    private static final int SECONDS = 10;
    private static final int MINUTE = 60;

    private final Deque<Double> rest = new ArrayDeque<>();
    private final Deque<Double> minute = new ArrayDeque<>();

    /**
     * Takes in a second.
     *
     * @param worstMillis what its worst probe felt
     * @param pace that held in it
     */
    public void second(double worstMillis, double pace) {
        add(minute, worstMillis, MINUTE);
        if (pace > PACE) {
            rest.clear();
        } else {
            add(rest, worstMillis, SECONDS);
        }
    }

    /**
     * What is felt without us now.
     *
     * @param beforeMillis what was felt before the fill: it is never less, and never more than four times that or four times 10 ms
     * @param knownMillis what was told last
     */
    public double now(double beforeMillis, double knownMillis) {
        double most = MOST * Math.max(beforeMillis, LEAST_MILLIS);
        double felt = atRest().orElse(Math.min(knownMillis, atMost().orElse(knownMillis)));
        return Math.max(beforeMillis, Math.min(felt, most));
    }

    private OptionalDouble atRest() {
        return rest.size() < SECONDS
                ? OptionalDouble.empty()
                : rest.stream()
                        .sorted(Comparator.reverseOrder())
                        .mapToDouble(Double::doubleValue)
                        .skip(1)
                        .findFirst();
    }

    private OptionalDouble atMost() {
        return minute.size() < MINUTE
                ? OptionalDouble.empty()
                : minute.stream().mapToDouble(Double::doubleValue).max();
    }

    private static void add(Deque<Double> seconds, double worst, int most) {
        seconds.addLast(worst);
        if (seconds.size() > most) {
            seconds.removeFirst();
        }
    }
}
