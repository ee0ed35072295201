package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.postgres.Partitions;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;

/** How indexes are, and the statements that build and drop them without blocking writes. */
public final class Indexes {
    private static final String STATE = """
            SELECT CASE WHEN i.indisvalid AND i.indisready THEN 'VALID' ELSE 'INVALID' END
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND i.indrelid = to_regclass(?)
            """;

    /** By anybody: also by a coordinator that led before us and whose session has not ended yet. */
    private static final String BUILDING = "SELECT EXISTS (SELECT FROM pg_stat_progress_create_index"
            + " WHERE datname = current_database() AND relid IN (" + Partitions.LEAVES + "))";

    private static final String IS_PARTITIONED = "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(?)";

    private static final String DROP = "DROP INDEX CONCURRENTLY IF EXISTS %s.%s";

    private Indexes() {}

    /** How an index is. */
    public enum State {
        MISSING,
        /** Left over by a build that was ended; it costs writes and serves nobody. */
        INVALID,
        VALID
    }

    /**
     * An index to be built.
     *
     * @param definition as it stands behind the table's name
     */
    public record Wanted(TableName table, String name, boolean unique, String definition) {
        /** The index as it stands in SQL text. */
        String quoted() {
            return new TableName(table.schema(), name).quoted();
        }

        /**
         * The statement that creates it, or a part of it under another name.
         *
         * @param how {@code CONCURRENTLY} and the like
         * @param on the relation as it stands in SQL text
         */
        String statement(String how, String named, String on) {
            return "CREATE " + (unique ? "UNIQUE " : "") + "INDEX " + how + " " + Identifier.quote(named) + " ON " + on
                    + " " + definition;
        }
    }

    /** How the index is now. */
    public static State state(Connection connection, Wanted index) throws SQLException {
        return Sql.text(
                        connection,
                        STATE,
                        index.table().schema(),
                        index.name(),
                        index.table().quoted())
                .map(State::valueOf)
                .orElse(State.MISSING);
    }

    /** Whether somebody builds an index of the table. */
    public static boolean isBuilding(Connection connection, TableName table) throws SQLException {
        return Sql.isTrue(connection, BUILDING, table.quoted(), table.quoted());
    }

    /** Builds the index; waits for every old snapshot of the database, so it may take long. */
    public static SchemaChange building(Wanted index) {
        return new SchemaChange(
                "building index " + index.name(),
                index.statement("CONCURRENTLY", index.name(), index.table().quoted()),
                Lock.SHARE_UPDATE_EXCLUSIVE,
                index.table());
    }

    /** Whether the table has partitions, so that its indexes are built and dropped by {@link #buildParts} and {@link #dropParts}. */
    public static boolean isPartitioned(Connection connection, TableName table) throws SQLException {
        return Sql.isTrue(connection, IS_PARTITIONED, table.quoted());
    }

    /** Builds what is missing of a partitioned table's index; in auto-commit mode. */
    public static void buildParts(Connection connection, Wanted index) throws SQLException {
        new PartitionedIndex(connection, index).build();
    }

    /** Drops a partitioned table's index, and what was built and not attached yet. */
    public static void dropParts(Connection connection, Wanted index) throws SQLException {
        new PartitionedIndex(connection, index).drop();
    }

    /** Drops the index, valid or not; waits for every transaction that uses the table. */
    public static SchemaChange removal(Wanted index) {
        return new SchemaChange(
                "dropping index " + index.name(),
                DROP.formatted(Identifier.quote(index.table().schema()), Identifier.quote(index.name())),
                Lock.SHARE_UPDATE_EXCLUSIVE,
                index.table());
    }
}
