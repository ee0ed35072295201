package dev.infill.transform;

import org.jspecify.annotations.Nullable;

/** What became of one row. */
public sealed interface Outcome {
    /** What {@link Transform#value} says of a row. */
    static Outcome of(Transform transform, Row row) {
        try {
            return new Value(transform.value(row));
        } catch (Exception e) {
            return new Refused(e.getClass().getName());
        }
    }

    /** The value that the column is to have. */
    record Value(@Nullable Object value) implements Outcome {}

    /**
     * The row has none.
     *
     * @param kind of trouble, such as an exception's class; must speak of no value
     */
    record Refused(String kind) implements Outcome {}
}
