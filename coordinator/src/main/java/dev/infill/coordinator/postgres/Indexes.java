package dev.infill.coordinator.postgres;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Builds indexes without blocking writes. */
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

    /** An index to be built. */
    public record Wanted(TableName table, String name, List<String> columns) {
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
            String texts = columns.stream().map(Identifier::quote).collect(Collectors.joining(", "));
            return "CREATE INDEX " + how + " " + Identifier.quote(named) + " ON " + on + " (" + texts + ")";
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

    /** Builds what is missing of the index; waits for every old snapshot of the database, so it may take long. */
    public static void create(Connection connection, Wanted index) throws SQLException {
        if (isPartitioned(connection, index)) {
            new PartitionedIndex(connection, index).build();
            return;
        }
        if (state(connection, index) == State.INVALID) {
            drop(connection, index);
        }
        Sql.run(
                connection,
                index.statement("CONCURRENTLY", index.name(), index.table().quoted()));
    }

    private static boolean isPartitioned(Connection connection, Wanted index) throws SQLException {
        return Sql.isTrue(connection, IS_PARTITIONED, index.table().quoted());
    }

    /** Drops the index, valid or not. */
    public static void drop(Connection connection, Wanted index) throws SQLException {
        if (isPartitioned(connection, index)) {
            new PartitionedIndex(connection, index).drop();
            return;
        }
        Sql.run(connection, DROP.formatted(Identifier.quote(index.table().schema()), Identifier.quote(index.name())));
    }
}
