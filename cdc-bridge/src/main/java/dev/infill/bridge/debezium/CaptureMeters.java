package dev.infill.bridge.debezium;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What is measured of one database's capture. */
final class CaptureMeters {
    private final Counter captured;
    private final Counter starts;
    private final InstantSource clock;
    private volatile @Nullable Instant beatAt;

    CaptureMeters(MeterRegistry registry, String database, InstantSource clock) {
        this.clock = clock;
        captured = Counter.builder("infill.changes.captured")
                .description("Changed keys that Kafka took")
                .tag("database", database)
                .register(registry);
        starts = Counter.builder("infill.bridge.engine.starts")
                .description("How often reading the log was begun")
                .tag("database", database)
                .register(registry);
        Gauge.builder("infill.bridge.beat.age", this, CaptureMeters::beatAgeSeconds)
                .description("Since the last heartbeat came through the log; NaN while this bridge reads nothing")
                .tag("database", database)
                .baseUnit("seconds")
                .register(registry);
    }

    void captured(long changes) {
        captured.increment((double) changes);
    }

    void started(Instant at) {
        starts.increment();
        beatAt = at;
    }

    void beat(Instant at) {
        beatAt = at;
    }

    void ended() {
        beatAt = null;
    }

    private double beatAgeSeconds() {
        Instant at = beatAt;
        return at == null ? Double.NaN : Duration.between(at, clock.instant()).toMillis() / 1000.0;
    }
}
