package dev.infill.coordinator.ddl;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An autovacuum gives way to whoever waits for its table, but only after {@code deadlock_timeout}, a second by default: longer than
 * we ever wait. So that time is shortened for our transaction where we may; where we may not, an autovacuum is waited for.
 */
final class DeadlockTimeout {
    private static final int GRANTABLE_SINCE = 15;
    private static final String IS_SUPERUSER = "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user";
    private static final String IS_GRANTED = "SELECT has_parameter_privilege('deadlock_timeout', 'SET')";

    private DeadlockTimeout() {}

    static boolean maySet(Connection connection) throws SQLException {
        boolean grantable = connection.getMetaData().getDatabaseMajorVersion() >= GRANTABLE_SINCE;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(grantable ? IS_GRANTED : IS_SUPERUSER)) {
            return result.next() && result.getBoolean(1);
        }
    }

    /**
     * Where we may.
     *
     * @param set {@code SET LOCAL} for the transaction that runs, {@code SET} for the session
     */
    static void shorten(Connection connection, String set) throws SQLException {
        if (maySet(connection)) {
            Statements.run(connection, set + " deadlock_timeout = '20ms'");
        }
    }
}
