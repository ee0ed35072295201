package dev.infill.protocol;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a worker must know of a migration: resolved against the catalog once, then fixed and kept in the ledger.
 *
 * @param database the name that specifications and configuration give the database
 * @param key the primary key's columns in index order
 * @param column the first, and mostly the only one
 * @param follows the other tables that the expressions read and whose changes repair rows of this one
 * @param also further columns, which are filled with the first in the same writes, on the same conditions
 */
public record Migration(
        String name,
        String database,
        TableName table,
        List<Column> key,
        Column column,
        Fill fill,
        List<Follow> follows,
        List<Value> also) {
    /** Of one column and an expression that reads its row alone. */
    public Migration(String name, String database, TableName table, List<Column> key, Column column, Fill fill) {
        this(name, database, table, key, column, fill, List.of(), List.of());
    }

    public Migration {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("migration " + name + " has no key columns");
        }
        key = List.copyOf(key);
        // Null of an older coordinator.
        follows = follows == null ? List.of() : List.copyOf(follows);
        also = also == null ? List.of() : List.copyOf(also);
    }

    /** One migration for each column, the first one first: what they are for all that does not write rows. */
    public List<Migration> each() {
        return Stream.concat(Stream.of(new Value(column, fill.expression())), also.stream())
                .map(value -> new Migration(
                        name,
                        database,
                        table,
                        key,
                        value.column(),
                        new Fill(value.expression(), fill.keep(), fill.where(), fill.transform()),
                        follows,
                        List.of()))
                .toList();
    }

    /** The columns that are filled, the first one first. */
    public List<Column> columns() {
        return Stream.concat(Stream.of(column), also.stream().map(Value::column))
                .toList();
    }

    /** Their names, for people. */
    public String columnNames() {
        return columns().stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /**
     * The key's columns, each named with its table, as they stand in SQL text. What a table is sorted by must be named so:
     * {@code SELECT id::text … ORDER BY id} sorts by the text.
     */
    public String keyInTable() {
        return key.stream().map(part -> table.quoted() + "." + part.quoted()).collect(Collectors.joining(", "));
    }

    /** The values of the key's columns as text, as they stand in a SELECT's list. */
    public String keyTexts() {
        return key.stream().map(part -> part.quoted() + "::text").collect(Collectors.joining(", "));
    }

    /** Another column of the same rows. */
    public record Value(Column column, String expression) {}

    /**
     * What goes into the column.
     *
     * @param expression SQL over the table's columns, as the specification has it; {@link #NOTHING} where application code
     *     computes the values
     * @param where a condition over them; rows for which it does not hold are left as they are; null: all rows
     * @param transform the application code that computes the values; null: the expression does
     */
    public record Fill(
            String expression,
            Keep keep,
            @Nullable String where,
            @Nullable Transform transform) {
        /** The expression of a fill whose values SQL does not compute. */
        public static final String NOTHING = "NULL";

        /** By an expression. */
        public Fill(String expression, Keep keep, @Nullable String where) {
            this(expression, keep, where, null);
        }

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

        /** What computes the values, in words for people. */
        public String source() {
            return transform == null ? expression : transform.toString();
        }

        /** What must stay the same for values to stay right. */
        public String identity() {
            return transform == null ? forEveryRow() : forEveryRow() + "\n" + transform;
        }

        /** The expression as one for every row. */
        public String forEveryRow() {
            return opening() + expression + closing();
        }
    }

    /**
     * Application code that workers load.
     *
     * @param implementation a class's full name
     * @param reads the columns that it is given
     */
    public record Transform(String implementation, List<String> reads) {
        public Transform {
            reads = List.copyOf(reads);
        }

        @Override
        public String toString() {
            return implementation + "(" + String.join(", ", reads) + ")";
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
