package dev.infill.coordinator.check;

import dev.infill.protocol.Migration;
import java.util.List;

/**
 * What the catalog says about a specification.
 *
 * @param computable whether the expression may be computed for a look at some rows
 * @param inputs the columns that the expression reads
 * @param functions that it calls and that PostgreSQL does not bring, as they stand in GRANT
 * @param schemas of those functions
 */
record Resolution(
        Table table,
        Migration migration,
        boolean computable,
        List<String> inputs,
        List<String> functions,
        List<String> schemas) {
    Resolution {
        inputs = List.copyOf(inputs);
        functions = List.copyOf(functions);
        schemas = List.copyOf(schemas);
    }

    /** The same, with one of its columns alone. */
    Resolution of(Migration column) {
        return new Resolution(table, column, computable, inputs, functions, schemas);
    }
}
