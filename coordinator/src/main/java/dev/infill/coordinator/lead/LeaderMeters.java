package dev.infill.coordinator.lead;

import dev.infill.postgres.ledger.MigrationLook;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.stream.Stream;

/** What the leader of a database measures; nobody else shows it, so that a sum over all coordinators is true. */
final class LeaderMeters {
    private final MultiGauge tasks;
    private final MultiGauge pace;
    private final MultiGauge throttled;
    private final MultiGauge retainedWal;

    LeaderMeters(MeterRegistry registry, String database) {
        tasks = gauge(registry, database, "infill.tasks", "Tasks of the running pass by state");
        pace = gauge(registry, database, "infill.pace", "How hard workers may push, 0 to 1");
        throttled = gauge(
                registry,
                database,
                "infill.migration.throttled",
                "1 for the signal that holds a migration's pace down");
        retainedWal = gauge(registry, database, "infill.wal.retained.bytes", "WAL that the server keeps for the slot");
    }

    private static MultiGauge gauge(MeterRegistry registry, String database, String name, String description) {
        return MultiGauge.builder(name)
                .description(description)
                .tag("database", database)
                .register(registry);
    }

    void show(List<MigrationLook> migrations, long retainedWalBytes) {
        tasks.register(migrations.stream().flatMap(LeaderMeters::tasks).toList(), true);
        pace.register(
                migrations.stream()
                        .map(look -> Row.of(of(look), look.memo().pace()))
                        .toList(),
                true);
        throttled.register(migrations.stream().flatMap(LeaderMeters::throttled).toList(), true);
        retainedWal.register(List.of(Row.of(Tags.empty(), retainedWalBytes)), true);
    }

    /** Another coordinator shows it from now on, or nobody. */
    void forget() {
        Stream.of(tasks, pace, throttled, retainedWal).forEach(gauge -> gauge.register(List.of(), true));
    }

    private static Stream<Row<?>> tasks(MigrationLook look) {
        Ranges ranges = look.counters().ranges();
        return Stream.of(
                task(look, "open", ranges.open()),
                task(look, "running", ranges.running()),
                task(look, "done", ranges.done()),
                task(look, "rejected", ranges.rejected()),
                task(look, "suspect", ranges.suspect()));
    }

    private static Row<?> task(MigrationLook look, String state, long count) {
        return Row.of(of(look).and("state", state), count);
    }

    private static Stream<Row<?>> throttled(MigrationLook look) {
        String reason = new Pace(look.memo().pace(), look.memo().throttledBy()).reason();
        return reason.isEmpty() ? Stream.empty() : Stream.of(Row.of(of(look).and("reason", reason), 1));
    }

    private static Tags of(MigrationLook look) {
        return Tags.of("migration", look.name());
    }
}
