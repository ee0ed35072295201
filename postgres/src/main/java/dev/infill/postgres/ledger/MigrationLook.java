package dev.infill.postgres.ledger;

import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Rows;
import dev.infill.protocol.status.OwnershipMove;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A migration and its counters at one moment.
 *
 * @param specification as submitted
 * @param gates all of them, open or not
 */
public record MigrationLook(
        String name,
        String specification,
        Position position,
        int pass,
        Memo memo,
        Counters counters,
        Rows rows,
        List<GateStatus> gates,
        List<Finding> findings) {
    public MigrationLook {
        gates = List.copyOf(gates);
        findings = List.copyOf(findings);
    }

    /**
     * Where the migration stands.
     *
     * @param ownershipMove the last one; null while nobody moved it
     */
    public record Position(
            Stage stage,
            Standing standing,
            @Nullable String problem,
            Ownership ownership,
            @Nullable OwnershipMove ownershipMove,
            Instant createdAt,
            Instant stageSince) {}

    /**
     * What the running pass has done.
     *
     * @param ranges of this pass; all zero when there was none
     * @param cut ranges of the table, whichever pass they are in
     * @param rowsRead in this pass
     * @param how the table is cut and filled, and why so, in words; null before it is cut
     * @param passSeconds since the pass's first range was begun, by the database's clock
     */
    public record Counters(
            Ranges ranges, long cut, @Nullable String how, long rowsRead, double passSeconds) {}
}
