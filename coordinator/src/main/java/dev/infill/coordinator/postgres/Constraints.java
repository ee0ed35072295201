package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How constraints are, and the statements that add them in steps that never scan the table under a lock that blocks writes. */
public final class Constraints {
    private static final String STATE = """
            SELECT CASE WHEN convalidated THEN 'VALIDATED' ELSE 'NOT_VALIDATED' END
              FROM pg_constraint WHERE conrelid = to_regclass(?) AND conname = ?
            """;

    private static final String IS_NOT_NULL = """
            SELECT attnotnull FROM pg_attribute
             WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped
            """;

    /** A constraint by itself, which may be not valid, since PostgreSQL 18. */
    private static final String NOT_NULL = """
            SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
             WHERE c.contype = 'n' AND c.conrelid = to_regclass(?) AND a.attname = ? AND NOT a.attisdropped
            """;

    private static final int NATIVE_SINCE = 18;

    /** The newline ends a comment that the expression may end with. */
    private static final String ADD = "ALTER TABLE %s ADD CONSTRAINT %s %s\n NOT VALID";

    private static final String VALIDATE = "ALTER TABLE %s VALIDATE CONSTRAINT %s";

    private static final String DROP = "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s";

    /** Without a name of ours: the server chooses one that is free. */
    private static final String ADD_NOT_NULL = "ALTER TABLE %s ADD NOT NULL %s NOT VALID";

    private static final String SET_NOT_NULL = "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL";

    private static final String DROP_NOT_NULL = "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL";

    private Constraints() {}

    /** How a constraint is. */
    public enum State {
        MISSING,
        /** Holds for new rows; old ones were not looked at. */
        NOT_VALIDATED,
        VALIDATED
    }

    /**
     * A constraint to be added.
     *
     * @param definition as it stands after {@code ADD CONSTRAINT name}: {@code CHECK (…)}, {@code FOREIGN KEY …}
     * @param referenced the table that it refers to, which is locked too; null: none
     */
    public record Wanted(
            TableName table,
            String name,
            String definition,
            @Nullable TableName referenced) {
        /** A constraint that looks at nothing but its table. */
        public Wanted(TableName table, String name, String definition) {
            this(table, name, definition, null);
        }

        private List<TableName> tables() {
            return referenced == null ? List.of(table) : List.of(table, referenced);
        }
    }

    /** How the constraint is now. */
    public static State state(Connection connection, Wanted constraint) throws SQLException {
        return Sql.text(connection, STATE, constraint.table().quoted(), constraint.name())
                .map(State::valueOf)
                .orElse(State.MISSING);
    }

    /** Adds it for new rows; short, under a strong lock. */
    public static SchemaChange addition(Wanted constraint) {
        return new SchemaChange(
                "adding constraint " + constraint.name(),
                ADD.formatted(
                        constraint.table().quoted(), Identifier.quote(constraint.name()), constraint.definition()),
                constraint.referenced() == null ? Lock.ACCESS_EXCLUSIVE : Lock.SHARE_ROW_EXCLUSIVE,
                constraint.tables(),
                null);
    }

    /** Looks at every row; long, under a lock that lets reads and writes through. */
    public static SchemaChange validation(TableName table, String constraint) {
        return new SchemaChange(
                "validating constraint " + constraint,
                VALIDATE.formatted(table.quoted(), Identifier.quote(constraint)),
                Lock.SHARE_UPDATE_EXCLUSIVE,
                table);
    }

    /** Drops it if it is there. */
    public static SchemaChange removal(Wanted constraint) {
        return new SchemaChange(
                "dropping constraint " + constraint.name(),
                DROP.formatted(constraint.table().quoted(), Identifier.quote(constraint.name())),
                Lock.ACCESS_EXCLUSIVE,
                constraint.tables(),
                null);
    }

    /** Whether NOT NULL can be added not valid and validated by itself, without a CHECK that proves it. */
    public static boolean knowsNotNull(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= NATIVE_SINCE;
    }

    /** The column's own NOT NULL constraint, valid or not; from PostgreSQL 18 on. */
    public static Optional<Wanted> notNull(Connection connection, TableName table, Column column) throws SQLException {
        return Sql.text(connection, NOT_NULL, table.quoted(), column.name())
                .map(name -> new Wanted(table, name, "NOT NULL " + column.quoted()));
    }

    /** Whether the column is declared NOT NULL; from PostgreSQL 18 on also where old rows were not looked at. */
    public static boolean isNotNull(Connection connection, TableName table, Column column) throws SQLException {
        return Sql.isTrue(connection, IS_NOT_NULL, table.quoted(), column.name());
    }

    /** NOT NULL for new rows; from PostgreSQL 18 on. */
    public static SchemaChange notNullAddition(TableName table, Column column) {
        return new SchemaChange(
                notNullWords(column),
                ADD_NOT_NULL.formatted(table.quoted(), column.quoted()),
                Lock.ACCESS_EXCLUSIVE,
                table);
    }

    /** Declares the column NOT NULL; does not scan where a validated CHECK proves it. */
    public static SchemaChange notNullByProof(TableName table, Column column) {
        return new SchemaChange(
                notNullWords(column),
                SET_NOT_NULL.formatted(table.quoted(), column.quoted()),
                Lock.ACCESS_EXCLUSIVE,
                table);
    }

    /** What either of these is called. */
    public static String notNullWords(Column column) {
        return "making column " + column.name() + " NOT NULL";
    }

    /** Takes NOT NULL away again. */
    public static SchemaChange notNullRemoval(TableName table, Column column) {
        return new SchemaChange(
                "dropping NOT NULL of " + column.name(),
                DROP_NOT_NULL.formatted(table.quoted(), column.quoted()),
                Lock.ACCESS_EXCLUSIVE,
                table);
    }
}
