package dev.infill.postgres.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Creates the ledger's tables where they are missing, and what tables of older versions lack. {@code ledger.sql} says what each of them means. */
public final class LedgerSchema {
    /** Arbitrary and ours: two coordinators that start together must not both create the schema. */
    private static final long LOCK = 0x1F11_1ED6_E500L;

    private static final String IS_WHOLE = """
            SELECT to_regclass('infill.migration') IS NOT NULL AND to_regclass('infill.probe') IS NOT NULL
                   AND to_regclass('infill.ddl') IS NOT NULL
                   AND to_regclass('infill.writer') IS NOT NULL
                   AND EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = to_regclass('infill.range') AND attname = 'error_seen')
            """;

    private LedgerSchema() {}

    /** Whether the database has a ledger. */
    public static boolean exists(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT to_regclass('infill.migration') IS NOT NULL")) {
            result.next();
            return result.getBoolean(1);
        }
    }

    /** Whether it has every table and column, those of the newest version too. */
    private static boolean isWhole(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(IS_WHOLE)) {
            result.next();
            return result.getBoolean(1);
        }
    }

    /** Creates what is missing, in one transaction. The connection must be in auto-commit mode. */
    public static void createIfMissing(Connection connection) throws SQLException {
        if (isWhole(connection)) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            statement.execute(script());
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** The statements that create it, for those who want to see them first. */
    public static String script() {
        try (InputStream script = LedgerSchema.class.getResourceAsStream("ledger.sql")) {
            if (script == null) {
                throw new IllegalStateException("ledger.sql is missing from the build");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
