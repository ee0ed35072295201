package dev.infill.coordinator.postgres;

import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/** Adds constraints in steps that never scan the table under a lock that blocks writes. */
public final class Constraints {
    private static final String STATE = """
            SELECT CASE WHEN convalidated THEN 'VALIDATED' ELSE 'NOT_VALIDATED' END
              FROM pg_constraint WHERE conrelid = to_regclass(?) AND conname = ?
            """;

    private static final String IS_NOT_NULL = """
            SELECT attnotnull FROM pg_attribute
             WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped
            """;

    /** The newline ends a comment that the expression may end with. */
    private static final String ADD = "ALTER TABLE %s ADD CONSTRAINT %s %s\n NOT VALID";

    private static final String VALIDATE = "ALTER TABLE %s VALIDATE CONSTRAINT %s";

    private static final String DROP = "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s";

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
     */
    public record Wanted(TableName table, String name, String definition) {}

    /** How the constraint is now. */
    public static State state(Connection connection, Wanted constraint) throws SQLException {
        return Sql.text(connection, STATE, constraint.table().quoted(), constraint.name())
                .map(State::valueOf)
                .orElse(State.MISSING);
    }

    /** Adds it for new rows; short, under a strong lock. */
    public static void add(Connection connection, Wanted constraint) throws SQLException {
        Sql.run(
                connection,
                ADD.formatted(
                        constraint.table().quoted(), Identifier.quote(constraint.name()), constraint.definition()));
    }

    /** Looks at every row; long, under a lock that lets reads and writes through. */
    public static void validate(Connection connection, Wanted constraint) throws SQLException {
        Sql.run(connection, VALIDATE.formatted(constraint.table().quoted(), Identifier.quote(constraint.name())));
    }

    /** Drops it if it is there. */
    public static void drop(Connection connection, Wanted constraint) throws SQLException {
        Sql.run(connection, DROP.formatted(constraint.table().quoted(), Identifier.quote(constraint.name())));
    }

    /** Whether the column is declared NOT NULL. */
    public static boolean isNotNull(Connection connection, TableName table, Column column) throws SQLException {
        return Sql.isTrue(connection, IS_NOT_NULL, table.quoted(), column.name());
    }

    /** Declares the column NOT NULL; does not scan where a validated CHECK proves it. */
    public static void setNotNull(Connection connection, TableName table, Column column) throws SQLException {
        Sql.run(connection, SET_NOT_NULL.formatted(table.quoted(), column.quoted()));
    }

    /** Takes NOT NULL away again. */
    public static void dropNotNull(Connection connection, TableName table, Column column) throws SQLException {
        Sql.run(connection, DROP_NOT_NULL.formatted(table.quoted(), column.quoted()));
    }
}
