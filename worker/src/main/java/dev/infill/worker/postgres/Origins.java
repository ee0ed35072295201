package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool of replication origins {@code infill_1 … infill_16}. An origin serves one session at a time, and each takes one
 * of the server's few places for as long as it exists.
 */
final class Origins {
    private static final Logger LOG = LoggerFactory.getLogger(Origins.class);
    private static final int COUNT = 16;
    /** Before it, {@code origin=none} does not exist and nothing would be filtered. */
    private static final int FIRST_MAJOR = 16;

    private static final String IN_USE = "55006";

    private static final String CREATE = """
            SELECT pg_catalog.pg_replication_origin_create(name) FROM (VALUES (?)) AS wanted(name)
            WHERE pg_catalog.pg_replication_origin_oid(name) IS NULL
            """;
    private static final String SET_UP = "SELECT pg_catalog.pg_replication_origin_session_setup(?)";

    private Origins() {}

    /** Takes a free origin for the rest of this session; false when none can be had. */
    static boolean take(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < FIRST_MAJOR) {
            return false;
        }
        int first = ThreadLocalRandom.current().nextInt(COUNT);
        for (int i = 0; i < COUNT; i++) {
            String name = "infill_" + ((first + i) % COUNT + 1);
            String sqlState = tryTake(connection, name);
            if (sqlState.isEmpty()) {
                return true;
            }
            if (!sqlState.equals(IN_USE)) {
                LOG.debug("No replication origin can be had (SQLSTATE {}): transactions are marked instead", sqlState);
                return false;
            }
        }
        return false;
    }

    /** The SQLSTATE of the refusal; empty when the origin is ours. */
    private static String tryTake(Connection connection, String name) throws SQLException {
        try {
            run(connection, CREATE, name);
        } catch (SQLException e) {
            throwIfLost(e);
            // Another worker may have created it this moment; if not, the set-up says why it can't be had.
        }
        try {
            run(connection, SET_UP, name);
            return "";
        } catch (SQLException e) {
            throwIfLost(e);
            return Failure.of(e).sqlState();
        }
    }

    private static void throwIfLost(SQLException e) throws SQLException {
        if (Failure.of(e).isConnectionLost()) {
            throw e;
        }
    }

    private static void run(Connection connection, String sql, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.execute();
        }
    }
}
