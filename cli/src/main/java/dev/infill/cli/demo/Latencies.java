package dev.infill.cli.demo;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long the application's writes took, counted from when they should have begun: a stall delays all that wait behind it. */
final class Latencies {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(30);
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1000;

    private final Histogram before = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
    private final Histogram during = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
    private final Histogram filling = new ConcurrentHistogram(LONGEST_MICROS, DIGITS);
    private volatile Phase phase = Phase.UNMEASURED;

    /** Which part of the demo it is. */
    enum Phase {
        UNMEASURED,
        BEFORE,
        DURING,
        /** The part of {@link #DURING} in which workers are at work, and the governor holds them. */
        FILLING
    }

    /** A distribution in milliseconds. */
    record Latency(long writes, double p50Millis, double p99Millis, double maxMillis) {}

    void enter(Phase next) {
        phase = next;
    }

    void record(long nanos) {
        long micros = Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos));
        switch (phase) {
            case BEFORE -> before.recordValue(micros);
            case DURING -> during.recordValue(micros);
            case FILLING -> {
                during.recordValue(micros);
                filling.recordValue(micros);
            }
            case UNMEASURED -> {}
        }
    }

    Latency before() {
        return of(before);
    }

    Latency during() {
        return of(during);
    }

    Latency filling() {
        return of(filling);
    }

    private static Latency of(Histogram histogram) {
        Histogram now = histogram.copy();
        return new Latency(
                now.getTotalCount(),
                now.getValueAtPercentile(50) / MICROS_PER_MILLI,
                now.getValueAtPercentile(99) / MICROS_PER_MILLI,
                now.getMaxValue() / MICROS_PER_MILLI);
    }
}
