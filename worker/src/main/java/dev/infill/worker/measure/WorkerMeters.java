package dev.infill.worker.measure;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Result;
import dev.infill.protocol.TaskKind;
import dev.infill.worker.range.Observer.Repairs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;

/** The worker's meters. */
public final class WorkerMeters {
    private final MeterRegistry registry;
    private final Counter filled;
    private final Counter repaired;
    private final Counter verified;
    private final Timer batch;
    private final Timer staleness;
    private final MultiGauge throttled;

    public WorkerMeters(MeterRegistry registry) {
        this.registry = registry;
        this.filled = registry.counter("infill.rows.filled");
        this.repaired = registry.counter("infill.rows.repaired");
        this.verified = registry.counter("infill.rows.verified");
        this.batch = registry.timer("infill.batch");
        this.staleness = Timer.builder("infill.staleness")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(registry);
        this.throttled = MultiGauge.builder("infill.throttled").register(registry);
    }

    /** Counts a batch. */
    public void batchCommitted(TaskKind kind, Result.Rows rows, Duration took) {
        batch.record(took);
        switch (kind) {
            case FILL -> filled.increment((double) rows.changed());
            case VERIFY, RECHECK -> verified.increment((double) rows.read());
        }
    }

    /** Counts a row that was set aside. */
    public void rejected(String sqlState) {
        registry.counter("infill.rows.rejected", "sqlstate", sqlState).increment();
    }

    /** Counts a repair's transaction. */
    public void repaired(Repairs repairs) {
        repaired.increment((double) repairs.repaired());
        repairs.stalenessMicros().forEach(micros -> staleness.record(Duration.ofNanos(micros * 1000)));
    }

    /** Shows what holds the pace down now; a reason that no longer does is gone. */
    public void throttled(Collection<Directive> directives) {
        throttled.register(
                directives.stream()
                        .map(directive -> directive.pace().reason())
                        .filter(reason -> !reason.isEmpty())
                        .distinct()
                        .map(reason -> MultiGauge.Row.of(Tags.of("reason", reason), 1))
                        .toList(),
                true);
    }
}
