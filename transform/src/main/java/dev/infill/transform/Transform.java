package dev.infill.transform;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes a column's value from other columns of the same row. A worker makes one instance by the public constructor without
 * parameters and calls it from several threads at once. No transaction is open and no row is locked meanwhile, so it may take its
 * time; what changed in the row until then is never overwritten.
 */
public interface Transform {
    /**
     * The value for one row: null, or something whose {@code toString} the column's type reads; a {@code byte[]} for {@code bytea}.
     *
     * @throws Exception if this row has no value: it is set aside and told as one that could not be written, and the others go on.
     *     Nobody sees the message, which may speak of values
     */
    @Nullable
    Object value(Row row) throws Exception;

    /** The outcomes for some rows, in their order. Worth overriding where many together are cheaper than one by one. */
    default List<Outcome> values(List<Row> rows) {
        List<Outcome> outcomes = new ArrayList<>(rows.size());
        for (Row row : rows) {
            outcomes.add(Outcome.of(this, row));
        }
        return outcomes;
    }

    /**
     * Whether the same inputs give the same value, always and on every worker. Only then can a column be verified by computing it
     * again; otherwise the migration must say {@code keep: once}.
     */
    default boolean isDeterministic() {
        return true;
    }
}
