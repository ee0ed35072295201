package dev.infill.coordinator.postgres;

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
    private static final String BUILDING = """
            SELECT EXISTS (SELECT FROM pg_stat_progress_create_index
                            WHERE relid = to_regclass(?) AND datname = current_database())
            """;

    private static final String CREATE = "CREATE INDEX CONCURRENTLY %s ON %s (%s)";

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
    public record Wanted(TableName table, String name, List<String> columns) {}

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
        return Sql.isTrue(connection, BUILDING, table.quoted());
    }

    /** Builds the index; waits for every old snapshot of the database, so it may take long. */
    public static void create(Connection connection, Wanted index) throws SQLException {
        String columns = index.columns().stream().map(Identifier::quote).collect(Collectors.joining(", "));
        Sql.run(
                connection,
                CREATE.formatted(Identifier.quote(index.name()), index.table().quoted(), columns));
    }

    /** Drops the index, valid or not. */
    public static void drop(Connection connection, Wanted index) throws SQLException {
        Sql.run(connection, DROP.formatted(Identifier.quote(index.table().schema()), Identifier.quote(index.name())));
    }
}
