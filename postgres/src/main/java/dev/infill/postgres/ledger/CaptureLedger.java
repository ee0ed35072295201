package dev.infill.postgres.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the ledger knows of the capture of this database, and the heartbeats through its slot. */
public final class CaptureLedger {
    private static final String READ = """
            SELECT slot, publication, topic_id, gaps,
                   coalesce(extract(epoch FROM clock_timestamp() - seen_at), 1e9)::float8 AS seen_seconds_ago
              FROM infill.capture
            """;

    private static final String CREATE = """
            INSERT INTO infill.capture (slot, publication, topic_id, confirmed_lsn)
            SELECT slot_name, ?, ?, confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = ?
            ON CONFLICT DO NOTHING
            """;

    private static final String FOUND_GAP = "UPDATE infill.capture SET gaps = gaps + 1, topic_id = ?";

    /** Number and message are one transaction, and the row's lock puts the transactions in the order of the numbers. */
    private static final String BEAT = """
            WITH b AS (UPDATE infill.capture SET beat = beat + 1 RETURNING beat)
            SELECT pg_logical_emit_message(true, 'infill.beat', beat::text) FROM b
            """;

    /** Barriers are marks in the stream that ends with the capture; those that passed go with them. */
    private static final String END = "WITH gone AS (DELETE FROM infill.barrier) DELETE FROM infill.capture";

    private CaptureLedger() {}

    /**
     * The capture as the ledger has it.
     *
     * @param topicId Kafka's id of the changes topic when the capture was set up
     * @param gaps how often the log was found to have a hole
     * @param seenSecondsAgo since a heartbeat last came through the slot; very large: never
     */
    public record Captured(
            String slot, String publication, @Nullable String topicId, long gaps, double seenSecondsAgo) {}

    /** The capture, if this database has one. */
    public static Optional<Captured> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(READ)) {
            if (!result.next()) {
                return Optional.empty();
            }
            return Optional.of(new Captured(
                    result.getString("slot"),
                    result.getString("publication"),
                    result.getString("topic_id"),
                    result.getLong("gaps"),
                    result.getDouble("seen_seconds_ago")));
        }
    }

    /** Notes that slot, publication and topic exist. */
    public static void create(Connection connection, String slot, String publication, String topicId)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CREATE)) {
            statement.setString(1, publication);
            statement.setString(2, topicId);
            statement.setString(3, slot);
            statement.executeUpdate();
        }
    }

    /** Notes that changes may have been lost: every migration of this database must be filled and verified again. */
    public static void foundGap(Connection connection, String topicId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FOUND_GAP)) {
            statement.setString(1, topicId);
            statement.executeUpdate();
        }
    }

    /** Puts the next heartbeat into the log. */
    public static void beat(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEAT)) {
            statement.execute();
        }
    }

    /** Forgets the capture and its barriers, after slot and publication are gone. */
    public static void end(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(END);
        }
    }
}
