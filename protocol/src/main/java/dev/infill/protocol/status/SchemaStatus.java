package dev.infill.protocol.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements that change the schema.
 *
 * @param changes in the order in which they were wanted
 * @param running a long one, which runs beside everything else; null: none
 */
public record SchemaStatus(
        List<SchemaChangeReport> changes, @Nullable Running running) {
    /** Nothing was changed yet. */
    public static final SchemaStatus NONE = new SchemaStatus(List.of(), null);

    public SchemaStatus {
        changes = List.copyOf(changes);
    }

    /**
     * A statement that may take hours.
     *
     * @param seconds since it began
     * @param phase as PostgreSQL names it; null where PostgreSQL does not say how far a statement is
     * @param done of the phase
     * @param total of the phase; 0: unknown
     * @param unit of both
     * @param waitsFor whom the server waits for in this phase; null: nobody
     */
    public record Running(
            String what,
            double seconds,
            @Nullable String phase,
            long done,
            long total,
            String unit,
            @Nullable String waitsFor) {}
}
