package dev.infill.bridge.debezium;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Debezium 3.6 reads all types of a database when it starts, and fails with a bare null on an enum without labels. */
final class UnreadableTypes {
    /** A domain over an enum counts as an enum and has no labels of its own. */
    private static final String FIND = """
            SELECT t.oid::regtype::text
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE t.typcategory = 'E' AND n.nspname <> 'pg_toast'
               AND NOT EXISTS (SELECT FROM pg_enum e WHERE e.enumtypid = t.oid)
             ORDER BY 1
             LIMIT 1
            """;

    private UnreadableTypes() {}

    /** A type that keeps the database's log from being read. */
    static Optional<String> find(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(FIND)) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }
}
