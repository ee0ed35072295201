package dev.infill.coordinator.http;

import dev.infill.postgres.ledger.MigrationLook;
import dev.infill.postgres.ledger.MigrationLook.Position;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Progress.Percentiles;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationReport.StageTime;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Speed;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import dev.infill.protocol.status.MigrationStatus.Work;
import dev.infill.protocol.status.SchemaStatus;
import dev.infill.specification.Specification;
import dev.infill.specification.SpecificationReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Puts together what people are told of a migration. */
final class Statuses {
    private static final double MICROS_PER_MILLI = 1000;
    private static final Duration LATELY = Duration.ofMinutes(1);

    private final Function<String, Optional<Progress>> progress;
    private final Speedometer speedometer;
    private final InstantSource clock;

    Statuses(Function<String, Optional<Progress>> progress, Speedometer speedometer, InstantSource clock) {
        this.progress = progress;
        this.speedometer = speedometer;
        this.clock = clock;
    }

    MigrationStatus running(String database, MigrationLook look, SchemaStatus schema) {
        Specification specification = SpecificationReader.read(look.specification());
        Position position = look.position();
        Ranges ranges = look.counters().ranges();
        return new MigrationStatus(
                look.name(),
                database,
                specification.table().toString(),
                specification.columnNames(),
                position.stage(),
                position.standing(),
                position.problem(),
                null,
                position.ownership(),
                position.ownershipMove(),
                position.createdAt(),
                position.stageSince(),
                new Work(
                        ranges,
                        Speedometer.open(ranges),
                        look.rows(),
                        look.counters().how()),
                speed(look),
                look.gates(),
                look.findings(),
                schema);
    }

    private Speed speed(MigrationLook look) {
        double rowsPerSecond = speedometer.rowsPerSecond(look);
        return new Speed(
                rowsPerSecond,
                Speedometer.secondsLeft(look, rowsPerSecond),
                look.memo().pace(),
                look.memo().throttledBy(),
                progress.apply(look.name())
                        .flatMap(known -> known.repairs().recent().over(LATELY, clock.instant()))
                        .map(window -> staleness(window.stalenessMicros()))
                        .orElse(new Staleness(0, 0, 0)));
    }

    private static Staleness staleness(Percentiles micros) {
        return new Staleness(
                micros.p50() / MICROS_PER_MILLI, micros.p99() / MICROS_PER_MILLI, micros.max() / MICROS_PER_MILLI);
    }

    /** The status of a migration that left only its report. */
    MigrationStatus finished(String database, MigrationReport report) {
        speedometer.forget(report.migration());
        List<StageTime> stages = report.stages();
        Standing standing = switch (report.outcome()) {
            case "cancelled" -> Standing.CANCELLING;
            case "rolled-back" -> Standing.ROLLING_BACK;
            default -> Standing.RUNNING;
        };
        return new MigrationStatus(
                report.migration(),
                database,
                report.table(),
                report.column(),
                stages.isEmpty()
                        ? Stage.COMPLETE
                        : stages.get(stages.size() - 1).stage(),
                standing,
                null,
                report.outcome(),
                Ownership.APPLICATION,
                report.ownership().stream().reduce((earlier, later) -> later).orElse(null),
                report.startedAt(),
                report.finishedAt(),
                new Work(new Ranges(report.ranges(), 0, 0, report.ranges(), 0, 0), 0, report.rows(), report.how()),
                new Speed(0, null, 0, null, report.staleness()),
                everyGate(report.gates()),
                List.of(),
                new SchemaStatus(report.schemaChanges(), null));
    }

    private static List<GateStatus> everyGate(List<GateStatus> open) {
        return List.of(Gate.values()).stream()
                .map(gate -> open.stream()
                        .filter(status -> status.gate() == gate)
                        .findFirst()
                        .orElse(new GateStatus(gate, false, null, null, List.of())))
                .toList();
    }
}
