package dev.infill.coordinator.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class SessionsIT {
    /** Long enough to open a session, shorter than what the session does. */
    private static final String SHORT = "ALTER DATABASE %s SET %s = '150ms'";

    @Test
    void limitsOfARoleOrDatabaseDoNotReachOurSessions(TestDatabase database) throws SQLException {
        String name = "\"" + database.value("SELECT current_database()") + "\"";
        database.execute(
                SHORT.formatted(name, "statement_timeout"),
                SHORT.formatted(name, "idle_in_transaction_session_timeout"),
                SHORT.formatted(name, "transaction_timeout"));
        Database ours = new Database("shop", database.jdbcUrl(), Map.of());
        try (Connection connection = Sessions.open(ours, Manners.of("infill test"));
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_sleep(0.4)");

            try (ResultSet result = statement.executeQuery("SELECT 1")) {
                assertThat(result.next()).isTrue();
            }
            connection.commit();
        }
    }

    /** A region of a very large table is estimated as costly and over in milliseconds; compiling it first takes longer. */
    @Test
    void shortStatementsOnLargeTablesAreNotCompiled(TestDatabase database) throws SQLException {
        database.execute("ALTER DATABASE \"" + database.value("SELECT current_database()") + "\" SET jit = on");
        Database ours = new Database("shop", database.jdbcUrl(), Map.of());
        try (Connection connection = Sessions.open(ours, Manners.of("infill test"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW jit")) {
            assertThat(result.next()).isTrue();
            assertThat(result.getString(1)).isEqualTo("off");
        }
    }
}
