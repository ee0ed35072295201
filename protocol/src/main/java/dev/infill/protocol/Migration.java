package dev.infill.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker must know of a migration: resolved against the catalog once, then fixed and kept in the ledger.
 *
 * @param database the name that specifications and configuration give the database
 * @param key the primary key's columns in index order
 * @param follows the other tables that the expression reads and whose changes repair rows of this one
 */
public record Migration(
        String name,
        String database,
        TableName table,
        List<Column> key,
        Column column,
        Fill fill,
        List<Follow> follows) {
    /** Of an expression that reads its row alone. */
    public Migration(String name, String database, TableName table, List<Column> key, Column column, Fill fill) {
        this(name, database, table, key, column, fill, List.of());
    }

    public Migration {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("migration " + name + " has no key columns");
        }
        key = List.copyOf(key);
        follows = follows == null ? List.of() : List.copyOf(follows); // of an older coordinator
    }

    /**
     * What goes into the column.
     *
     * @param expression SQL over the table's columns, as the specification has it
     * @param where a condition over them; rows for which it does not hold are left as they are; null: all rows
     */
    public record Fill(
            String expression, Keep keep, @Nullable String where) {
        /** For all rows. */
        public Fill(String expression, Keep keep) {
            this(expression, keep, null);
        }

        /** What stands before the expression where it is computed for every row: then NULL for those that are left. */
        public String opening() {
            return where == null ? "" : "CASE WHEN (" + where + "\n) THEN (";
        }

        /** What stands after it. */
        public String closing() {
            return where == null ? "" : "\n) END";
        }

        /** The expression as one for every row. */
        public String forEveryRow() {
            return opening() + expression + closing();
        }
    }

    /** How long the expression rules. */
    public enum Keep {
        /** The column equals the expression at all times. */
        DERIVED,
        /** The expression is written only where nothing was written yet. */
        ONCE
    }
}
