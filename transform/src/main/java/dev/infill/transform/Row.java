package dev.infill.transform;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one row that a transform said it reads. Types are {@code Integer} ({@code smallint} too), {@code Long}, {@code Float},
 * {@code Double}, {@code BigDecimal}, {@code Boolean}, {@code String}, {@code byte[]} for {@code bytea}, {@code UUID},
 * {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime} and {@code OffsetDateTime} for {@code timestamptz}; of every other
 * type, {@code jsonb} and enums among them, the text that the server prints.
 */
public final class Row {
    private final Map<String, @Nullable Object> values;

    /** A row with these values by their columns' names. */
    public Row(Map<String, @Nullable Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * A column's value, null for NULL.
     *
     * @throws IllegalArgumentException if the specification's {@code reads} does not name the column
     * @throws ClassCastException if it has another type
     */
    public <T> @Nullable T get(String column, Class<T> type) {
        if (!values.containsKey(column)) {
            throw new IllegalArgumentException(
                    "column " + column + " is not among those that are read: " + values.keySet());
        }
        return type.cast(values.get(column));
    }

    /** The value of a column of text. */
    public @Nullable String text(String column) {
        return get(column, String.class);
    }
}
