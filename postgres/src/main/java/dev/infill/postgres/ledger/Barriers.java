package dev.infill.postgres.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Marks in the log. What was committed before a barrier was emitted is repaired when the barrier has passed. */
public final class Barriers {
    /** The prefix of the message in the log; its content is the barrier's id. */
    public static final String MESSAGE = "infill.barrier";

    /** The row and the message are one transaction: the bridge never meets a barrier that the ledger does not know. */
    private static final String EMIT = """
            WITH b AS (INSERT INTO infill.barrier (partitions) VALUES (?) RETURNING id)
            SELECT id, pg_logical_emit_message(true, 'infill.barrier', id::text) FROM b
            """;

    private static final String PASSED = """
            SELECT count(p.partition) >= b.partitions
              FROM infill.barrier b LEFT JOIN infill.barrier_passed p ON p.barrier = b.id
             WHERE b.id = ?
             GROUP BY b.partitions
            """;

    private static final String ANY_SINCE = """
            SELECT EXISTS (SELECT FROM infill.barrier WHERE emitted_at > clock_timestamp() - ? * interval '1 second')
            """;

    private static final String FORGET_OLD =
            "DELETE FROM infill.barrier WHERE emitted_at < clock_timestamp() - interval '1 hour'";

    private Barriers() {}

    /** Emits a barrier that must pass so many partitions of the changes topic; answers its id. */
    public static long emit(Connection connection, int partitions) throws SQLException {
        try (PreparedStatement forget = connection.prepareStatement(FORGET_OLD)) {
            forget.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(EMIT)) {
            statement.setInt(1, partitions);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /** Whether one was emitted within the last seconds, by whomever. */
    public static boolean anyWithin(Connection connection, int seconds) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ANY_SINCE)) {
            statement.setInt(1, seconds);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    /** Whether a barrier has passed every partition; a forgotten one has not. */
    public static boolean passed(Connection connection, long barrier) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PASSED)) {
            statement.setLong(1, barrier);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }
}
