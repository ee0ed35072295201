package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What the probe felt over the last seconds, and what it felt while nobody of ours was at work. */
final class Felt {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final int DIGITS = 3;
    private static final int WINDOW_SECONDS = 10;
    private static final int ENOUGH = 50;
    private static final double MILLI = 1000;

    private final Recorder recorder = new Recorder(LONGEST_MICROS, DIGITS);
    private final Deque<Histogram> seconds = new ArrayDeque<>();
    private final Histogram quiet = new Histogram(LONGEST_MICROS, DIGITS);
    private boolean wasQuiet;

    /** A probe; one that stood still hides those that should have come meanwhile, so they are counted too. */
    void record(long micros, long everyMicros) {
        recorder.recordValueWithExpectedInterval(Math.min(LONGEST_MICROS, micros), everyMicros);
    }

    /**
     * Ends a second.
     *
     * @param waitingMicros how long a probe waits now for its answer
     */
    Reading.Measured second(long waitingMicros, boolean isQuiet) {
        Histogram last = recorder.getIntervalHistogram();
        seconds.addLast(last);
        if (seconds.size() > WINDOW_SECONDS) {
            seconds.removeFirst();
        }
        // What is felt in the second in which work begins or ends belongs to nobody.
        if (isQuiet && wasQuiet) {
            quiet.add(last);
        } else {
            quiet.reset();
        }
        wasQuiet = isQuiet;
        Histogram window = new Histogram(LONGEST_MICROS, DIGITS);
        seconds.forEach(window::add);
        double worst = Math.max(last.getMaxValue(), waitingMicros) / MILLI;
        return new Reading.Measured(Math.max(window.getValueAtPercentile(99), waitingMicros) / MILLI, worst);
    }

    /** The 99th percentile while it was quiet. */
    OptionalLong quietMicros() {
        return quiet.getTotalCount() < ENOUGH ? OptionalLong.empty() : OptionalLong.of(quiet.getValueAtPercentile(99));
    }
}
