package dev.infill.bench.measure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a candidate that has some.
 *
 * @param pid of its first process; null: it is nothing but statements
 * @param brokers descendants that are Kafka
 */
public record Tool(@Nullable Long pid, List<Long> brokers) {
    /** Statements only. */
    public static final Tool NONE = new Tool(null, List.of());

    public Tool {
        brokers = List.copyOf(brokers);
    }

    double seconds() {
        return pid == null ? 0 : ProcessTimes.ofTree(pid) - brokerSeconds();
    }

    double brokerSeconds() {
        return brokers.stream().mapToDouble(ProcessTimes::ofTree).sum();
    }

    long peakBytes() {
        return pid == null ? 0 : ProcessTimes.peakBytes(pid);
    }
}
