package dev.infill.bench.application;

import dev.infill.bench.measure.Measurement.Spread;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Durations; only those that end while it is open count. */
final class Latencies {
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(2);
    private static final double MICROS_PER_MILLI = 1000;
    private static final int DIGITS = 3;

    private final Histogram histogram = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
    private volatile boolean open;

    void open() {
        open = true;
    }

    void shut() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    void record(long nanos) {
        if (open) {
            histogram.recordValue(Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
        }
    }

    Spread spread() {
        return new Spread(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / MICROS_PER_MILLI,
                histogram.getValueAtPercentile(99) / MICROS_PER_MILLI,
                histogram.getMaxValue() / MICROS_PER_MILLI);
    }
}
