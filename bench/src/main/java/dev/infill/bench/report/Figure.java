package dev.infill.bench.report;

import dev.infill.bench.measure.Measurement;
import dev.infill.bench.measure.Measurement.Felt;
import dev.infill.bench.measure.Measurement.Processor;
import dev.infill.bench.measure.Measurement.Spread;
import dev.infill.bench.measure.Measurement.Stages;
import dev.infill.bench.measure.Measurement.Written;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One number of a measurement, and how people read it; not a number where a measurement has none. */
public enum Figure {
    TIME("time", "%.2f s", one -> one.times().fill()),
    WHOLE("from order to filled", "%.1f s", one -> one.times().whole()),
    WAL("WAL", "%.0f MB", one -> megabytes(written(one).walBytes())),
    HEAP("heap", "×%.2f", one -> growth(one.before().heap(), one.after().heap())),
    INDEXES(
            "indexes",
            "×%.2f",
            one -> growth(one.before().indexes(), one.after().indexes())),
    HOT("HOT", "%.0f %%", one -> 100.0 * one.rows().hot() / one.rows().updated()),
    DEAD("dead rows", "%,.0f", one -> one.rows().dead()),
    DIRTIED("blocks dirtied", "%,.0f", one -> written(one).blocksDirtied()),
    SERVER_CPU("CPU of the server", "%.2f s", one -> one.processor().server()),
    TOOL_CPU("CPU of Infill", "%.2f s", one -> ofTool(one, Processor::tool)),
    BROKER_CPU("CPU of the broker", "%.2f s", one -> ofTool(one, Processor::broker)),
    TOOL_SHARE(
            "CPU of Infill ÷ server",
            "%.0f %%",
            one -> 100 * ofTool(one, Processor::tool) / one.processor().server()),
    TOOL_CPU_WHOLE("CPU of Infill with its start", "%.1f s", one -> ofTool(one, Processor::toolWhole)),
    TOOL_PEAK("memory of Infill", "%.0f MB", one -> ofTool(one, used -> megabytes(used.toolPeakBytes()))),
    PLAN("planning", "%.2f s", one -> orNone(one.times().stages(), Stages::plan)),
    RANGES("ranges", "%,.0f", one -> orNone(one.times().stages(), stages -> (double) stages.ranges())),
    REPAIRS("keys repaired a second", "%,.0f", one -> orNone(one.times().stages(), Figure::repairs)),
    VERIFY("verify", "%.2f s", one -> orNone(one.times().stages(), Stages::verify)),
    VERIFY_SHARE(
            "verify ÷ fill",
            "%.2f",
            one -> orNone(
                    one.times().stages(),
                    stages -> stages.verify() / one.times().fill())),
    WHOLE_SHARE(
            "order to filled ÷ fill",
            "%.2f",
            one -> one.times().whole() / one.times().fill()),
    RATE("rows a second", "%,.0f", one -> one.rows().live() / one.times().fill()),
    UPDATED("rows written", "%,.0f", one -> one.rows().updated()),
    WRONG("rows wrong at the end", "%,.0f", one -> one.rows().wrong()),
    LATENCY_P50("p50", "%.1f ms", one -> latency(one, Spread::p50Millis)),
    LATENCY_P99("p99", "%.1f ms", one -> latency(one, Spread::p99Millis)),
    LATENCY_MAX("max", "%.0f ms", one -> latency(one, Spread::maxMillis)),
    BLOCKED("longest blocked", "%.0f ms", one -> orNone(one.application(), Felt::longestBlockedMillis)),
    STALENESS_P50("staleness p50", "%.1f ms", one -> orNone(one.staleness(), Spread::p50Millis)),
    STALENESS_P99("staleness p99", "%.1f ms", one -> orNone(one.staleness(), Spread::p99Millis));

    private static final double MEGA = 1 << 20;

    private final String title;
    private final String format;

    // Each reads from its argument and holds nothing.
    @SuppressWarnings("ImmutableEnumChecker")
    private final ToDoubleFunction<Measurement> reader;

    Figure(String title, String format, ToDoubleFunction<Measurement> reader) {
        this.title = title;
        this.format = format;
        this.reader = reader;
    }

    String title() {
        return title;
    }

    double of(Measurement one) {
        return reader.applyAsDouble(one);
    }

    String words(double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static double megabytes(long bytes) {
        return bytes / MEGA;
    }

    /** Where the application was at work while Infill was set up, its share must not count: then the fill alone does. */
    private static Written written(Measurement one) {
        return one.application() == null ? one.whole() : one.fill();
    }

    private static double ofTool(Measurement one, Function<Processor, Double> part) {
        return one.processor().toolPeakBytes() == 0 ? Double.NaN : part.apply(one.processor());
    }

    private static double repairs(Stages stages) {
        Double repaired = stages.keysRepairedPerSecond();
        return repaired == null ? Double.NaN : repaired;
    }

    private static double growth(long before, long after) {
        return before == 0 ? Double.NaN : (double) after / before;
    }

    private static double latency(Measurement one, Function<Spread, Double> part) {
        return orNone(one.application(), felt -> part.apply(felt.latency()));
    }

    private static <T> double orNone(@Nullable T value, Function<T, Double> part) {
        return value == null ? Double.NaN : part.apply(value);
    }
}
