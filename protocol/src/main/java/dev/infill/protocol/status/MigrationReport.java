package dev.infill.protocol.status;

import dev.infill.protocol.Stage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stays when a migration is over; also kept in the ledger as JSON.
 *
 * @param how the table was cut and filled, and why so, in words; null if it never was
 * @param promise what it was to make true; null in reports of older versions
 * @param proof what shows that it did; null in reports of older versions
 * @param ownership every move of the column's ownership, the first one first
 */
public record MigrationReport(
        String migration,
        String outcome,
        String table,
        String column,
        Instant startedAt,
        Instant finishedAt,
        List<StageTime> stages,
        MigrationStatus.Rows rows,
        long ranges,
        @Nullable String how,
        Growth growth,
        MigrationStatus.Staleness staleness,
        List<MigrationStatus.GateStatus> gates,
        Protection protection,
        @Nullable Promise promise,
        @Nullable Proof proof,
        List<SchemaChangeReport> schemaChanges,
        List<OwnershipMove> ownership) {
    public MigrationReport {
        protection = protection == null ? Protection.NONE : protection; // a report of an older version
        schemaChanges = schemaChanges == null ? List.of() : List.copyOf(schemaChanges); // likewise
        ownership = ownership == null ? List.of() : List.copyOf(ownership);
    }

    /** How long a stage took, all visits together. */
    public record StageTime(Stage stage, double seconds) {}

    /**
     * What it cost the database.
     *
     * @param walBytes written by the whole server from the fill's begin to its end, the application's share included
     */
    public record Growth(
            long walBytes, long tableBytesBefore, long tableBytesAfter, long indexBytesBefore, long indexBytesAfter) {}
}
