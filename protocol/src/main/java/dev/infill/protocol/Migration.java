package dev.infill.protocol;

import java.util.List;

/**
 * What a worker must know of a migration: resolved against the catalog once, then fixed and kept in the ledger.
 *
 * @param database the name that specifications and configuration give the database
 * @param key the primary key's columns in index order
 */
public record Migration(String name, String database, TableName table, List<Column> key, Column column, Fill fill) {
    public Migration {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("migration " + name + " has no key columns");
        }
        key = List.copyOf(key);
    }

    /**
     * What goes into the column.
     *
     * @param expression SQL over the table's columns, as the specification has it
     */
    public record Fill(String expression, Keep keep) {}

    /** How long the expression rules. */
    public enum Keep {
        /** The column equals the expression at all times. */
        DERIVED,
        /** The expression is written only where nothing was written yet. */
        ONCE
    }
}
