package dev.infill.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;

/** Opens sessions. The only place that does, so that none is without manners. */
public final class Sessions {
    /**
     * Keys travel as text, so everything that shapes their text is fixed; names are always qualified. An expression was judged with
     * quotes as the standard has them: with a backslash that escapes, the same text would end elsewhere.
     */
    private static final String SETTINGS = """
            SET search_path = '';
            SET standard_conforming_strings = on;
            SET TimeZone = 'UTC';
            SET DateStyle = 'ISO, MDY';
            SET IntervalStyle = 'postgres';
            SET bytea_output = 'hex';
            SET extra_float_digits = 1;
            SET plan_cache_mode = 'force_custom_plan';
            SET jit = off;
            SET lock_timeout = %d;
            SET statement_timeout = %d;
            SET idle_in_transaction_session_timeout = %d
            """;

    /** A role's limit would end our longest statements, which are bounded one by one. */
    private static final String NO_TRANSACTION_TIMEOUT = "; SET transaction_timeout = 0";

    private static final int TRANSACTION_TIMEOUT_SINCE = 17;

    private Sessions() {}

    /** A new session in auto-commit mode; the caller closes it. */
    public static Connection open(Database database, Manners manners) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        // Bounds a partition between us and the server; longer than any statement of ours that has a timeout.
        properties.setProperty("socketTimeout", manners.statementTimeout().isZero() ? "0" : "60");
        properties.putAll(database.properties());
        properties.setProperty("ApplicationName", manners.applicationName());
        Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
        try (Statement statement = connection.createStatement()) {
            String settings = SETTINGS.formatted(
                    manners.lockTimeout().toMillis(),
                    manners.statementTimeout().toMillis(),
                    manners.idleInTransactionTimeout().toMillis());
            statement.execute(settings + unlimited(connection));
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** What lets a session's transactions last as long as their statements may; empty where the server knows no other limit. */
    public static String unlimited(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= TRANSACTION_TIMEOUT_SINCE
                ? NO_TRANSACTION_TIMEOUT
                : "";
    }

    /** Ends a session from another thread: the server stops its statement, which a closed socket alone would not do. */
    public static void end(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).cancelQuery();
        connection.abort(Runnable::run);
    }
}
