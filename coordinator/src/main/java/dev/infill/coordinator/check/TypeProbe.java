package dev.infill.coordinator.check;

import dev.infill.postgres.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Asks the server what a type is that a person wrote. */
final class TypeProbe {
    /** Parses the text as nothing but a type, so that after it the text may stand in SQL. */
    private static final String PARSE = "SELECT to_regtype(?)::oid::bigint";

    private static final String READ = """
            SELECT format_type(a.atttypid, a.atttypmod)
              FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = 'pg_temp.infill_type_probe'::regclass AND a.attname = 'c'
            """;

    private TypeProbe() {}

    /** The type as {@code format_type} prints it. */
    static Optional<String> type(Connection connection, String type, Findings findings) throws SQLException {
        String problem;
        try {
            if (Query.of(connection, PARSE, type).first(row -> row.getLong(1)).orElse(0L) != 0) {
                return Optional.of(probe(connection, type));
            }
            problem = "there is no type '" + type + "'";
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            if (failure.policy() != Failure.Policy.STOP && failure.policy() != Failure.Policy.REJECT) {
                throw e;
            }
            problem = "the server refuses the type '" + type + "' (" + failure.words() + ")";
        }
        findings.block(
                "type-invalid",
                problem,
                "the column is added with this type",
                "write the type as in CREATE TABLE; one of your own needs its schema in front, and serial is not a type");
        return Optional.empty();
    }

    /** Reads the type from a column, because only there PostgreSQL 14 to 16 tell a type's modifier, as in numeric(12,2). */
    private static String probe(Connection connection, String type) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE infill_type_probe (c " + type + "\n)");
            return Query.of(connection, READ).texts().get(0);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
