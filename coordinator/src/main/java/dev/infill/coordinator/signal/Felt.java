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
    private static final int QUIET_SECONDS = 5;
    private static final double MILLI = 1000;

    private final Recorder recorder = new Recorder(LONGEST_MICROS, DIGITS);
    private final Deque<Histogram> seconds = new ArrayDeque<>();
    private final Deque<Long> quiet = new ArrayDeque<>();
    private OptionalLong quietest = OptionalLong.empty();
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
            quiet.addLast(last.getMaxValue());
            keepQuietest();
        } else {
            quiet.clear();
            quietest = OptionalLong.empty();
        }
        wasQuiet = isQuiet;
        double worst = Math.max(last.getMaxValue(), waitingMicros) / MILLI;
        double felt = Math.max(sum(seconds).getValueAtPercentile(99), waitingMicros) / MILLI;
        return new Reading.Measured(felt, worst);
    }

    /**
     * The quietest seconds count: what we do before a fill, such as starting the capture, is felt too and is not the application.
     * Of five seconds in a row the one in the middle, by its worst probe: fifty probes have no 99th percentile, and their worst
     * one would make a budget of a single hiccup.
     */
    private void keepQuietest() {
        if (quiet.size() > QUIET_SECONDS) {
            quiet.removeFirst();
        }
        if (quiet.size() == QUIET_SECONDS) {
            long felt =
                    quiet.stream().sorted().skip(QUIET_SECONDS / 2).findFirst().orElseThrow();
            quietest = OptionalLong.of(Math.min(felt, quietest.orElse(felt)));
        }
    }

    private static Histogram sum(Iterable<Histogram> parts) {
        Histogram sum = new Histogram(LONGEST_MICROS, DIGITS);
        parts.forEach(sum::add);
        return sum;
    }

    /** What was felt in the quietest five seconds in a row; empty before the first five. */
    OptionalLong quietMicros() {
        return quietest;
    }
}
