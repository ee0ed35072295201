package dev.infill.protocol.status;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a migration stands.
 *
 * @param problem why it is refused, failed or held up; null when nothing is wrong
 * @param ownershipMove how the column came to its owner; null while nobody moved it
 * @param outcome {@code complete}, {@code cancelled} or {@code rolled-back} when it is over, else null
 */
public record MigrationStatus(
        String migration,
        String database,
        String table,
        String column,
        Stage stage,
        Standing standing,
        @Nullable String problem,
        @Nullable String outcome,
        Ownership ownership,
        @Nullable OwnershipMove ownershipMove,
        Instant createdAt,
        Instant stageSince,
        Work work,
        Speed speed,
        List<GateStatus> gates,
        List<Finding> findings,
        SchemaStatus schema) {
    public MigrationStatus {
        schema = schema == null ? SchemaStatus.NONE : schema; // of an older coordinator
    }

    /**
     * Work done and left, as the ledger has it.
     *
     * @param tasksOpen tasks of the running pass that are not done: the consumer lag
     * @param how the table is cut and filled, and why so, in words; null before it is cut
     */
    public record Work(
            Ranges ranges,
            long tasksOpen,
            Rows rows,
            @Nullable String how) {}

    /** Ranges of the running pass by state. */
    public record Ranges(long total, long open, long running, long done, long rejected, long suspect) {}

    /**
     * Rows.
     *
     * @param expected the estimate of the table's rows that the planner has
     * @param filled written by fill passes
     * @param verified compared and found equal in the running or last verify pass
     * @param changes changed keys handled by repair
     * @param repaired rows that repair had to write
     * @param rejected rows that PostgreSQL refuses to write
     * @param mismatches rows that verification found wrong
     */
    public record Rows(
            long expected, long filled, long verified, long changes, long repaired, long rejected, long mismatches) {}

    /**
     * How fast it goes and what holds it back.
     *
     * @param rowsPerSecond over the last seconds, rows read by the running pass
     * @param secondsLeft of the running pass; null when unknown
     * @param throttledBy what binds, in words; null at full pace
     */
    public record Speed(
            double rowsPerSecond,
            @Nullable Long secondsLeft,
            double pace,
            @Nullable String throttledBy,
            Staleness staleness) {}

    /** From the application's commit to the repair's commit: in a status over the last minute, in a report over all. */
    public record Staleness(double p50Millis, double p99Millis, double maxMillis) {}

    /** A gate, and what is still missing when it is closed. */
    public record GateStatus(
            Gate gate,
            boolean open,
            @Nullable String openedBy,
            @Nullable Instant openedAt,
            List<String> missing) {}
}
