package dev.infill.protocol.status;

import dev.infill.protocol.Migration;
import java.util.List;
import java.util.Objects;

/**
 * What a migration was to make true.
 *
 * @param definition table, key, column, type and expression, as the check resolved them
 * @param notNull whether the column was to be declared NOT NULL
 * @param specification as it was submitted
 */
public record Promise(
        Migration definition,
        boolean notNull,
        List<Index> indexes,
        List<Constraint> constraints,
        String specification) {
    public Promise {
        Objects.requireNonNull(definition, "definition");
        specification = specification == null ? "" : specification;
        indexes = indexes == null ? List.of() : List.copyOf(indexes);
        constraints = constraints == null ? List.of() : List.copyOf(constraints);
    }

    /** An index in the table's schema. */
    public record Index(String name, List<String> columns) {
        public Index {
            columns = columns == null ? List.of() : List.copyOf(columns);
        }
    }

    /**
     * A constraint of the table.
     *
     * @param definition as it stands after {@code ADD CONSTRAINT name}
     */
    public record Constraint(String name, String definition) {}
}
