package dev.infill.postgres.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the ledger and the server say about the slot that the bridge reads, and which heartbeats came through it. */
public final class BeatLedger {
    /** The prefix of a heartbeat in the log; its content is the beat's number. */
    public static final String MESSAGE = "infill.beat";

    private static final String CAPTURE = """
            SELECT c.slot, c.publication, c.beat, c.seen_beat,
                   coalesce(s.wal_status, '') <> 'lost' AND s.confirmed_flush_lsn IS NOT NULL AS usable,
                   (s.confirmed_flush_lsn - '0/0'::pg_lsn)::bigint AS confirmed,
                   coalesce(s.confirmed_flush_lsn > c.confirmed_lsn, false) AS exchanged,
                   s.active_pid, a.application_name
              FROM infill.capture c
              LEFT JOIN pg_replication_slots s ON s.slot_name = c.slot AND s.database = current_database()
              LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
            """;

    private static final String SEEN = """
            UPDATE infill.capture
               SET seen_beat = ?, seen_at = clock_timestamp(), gaps = gaps + ?
             WHERE slot = ? AND seen_beat = ?
            """;

    /** Whatever was read from the slot so far lies before the log's end of now. */
    private static final String WILL_CONFIRM =
            "UPDATE infill.capture SET confirmed_lsn = pg_current_wal_lsn() WHERE slot = ?";

    private static final String WAS_EXCHANGED = """
            UPDATE infill.capture c
               SET gaps = gaps + 1, confirmed_lsn = s.confirmed_flush_lsn
              FROM pg_replication_slots s
             WHERE c.slot = ? AND s.slot_name = c.slot AND s.confirmed_flush_lsn > c.confirmed_lsn
            """;

    private static final String ADD_GAP = "UPDATE infill.capture SET gaps = gaps + 1 WHERE slot = ?";

    private static final String SEEN_BEAT = "SELECT seen_beat FROM infill.capture WHERE slot = ?";

    private static final String END_SESSION =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ? AND application_name = ?";

    private BeatLedger() {}

    /** The row of {@code infill.capture} and its slot; empty while there is no ledger or nothing is captured. */
    public static Optional<CaptureRow> capture(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet there = statement.executeQuery("SELECT to_regclass('infill.capture') IS NOT NULL")) {
                there.next();
                if (!there.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (ResultSet row = statement.executeQuery(CAPTURE)) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        }
    }

    private static CaptureRow read(ResultSet row) throws SQLException {
        CaptureRow.@Nullable Reader reader = null;
        int pid = row.getInt("active_pid");
        if (!row.wasNull()) {
            String name = row.getString("application_name");
            reader = new CaptureRow.Reader(pid, name == null ? "" : name);
        }
        CaptureRow.Slot slot = row.getBoolean("usable") ? new CaptureRow.Slot(row.getLong("confirmed"), reader) : null;
        return new CaptureRow(
                row.getString("slot"),
                row.getString("publication"),
                row.getLong("beat"),
                row.getLong("seen_beat"),
                row.getBoolean("exchanged"),
                slot);
    }

    /** The last heartbeat that came through this slot; empty when the ledger has another slot or none. */
    public static OptionalLong seenBeat(Connection connection, String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SEEN_BEAT)) {
            statement.setString(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /**
     * Notes heartbeats that came through, and how many holes lay before them, in one transaction.
     *
     * @param expected what {@code seen_beat} must still be: another bridge may have taken over
     * @return false if it is not, and nothing was noted
     */
    public static boolean see(Connection connection, String slot, long expected, long beat, int gaps)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SEEN)) {
            statement.setLong(1, beat);
            statement.setInt(2, gaps);
            statement.setString(3, slot);
            statement.setLong(4, expected);
            return statement.executeUpdate() == 1;
        }
    }

    /** Must be noted before anything is confirmed to the slot: a slot that stands further than this is not ours any more. */
    public static void willConfirm(Connection connection, String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WILL_CONFIRM)) {
            statement.setString(1, slot);
            statement.executeUpdate();
        }
    }

    /** Notes a gap because the slot was dropped and created again; once, however often it is called. */
    public static void wasExchanged(Connection connection, String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WAS_EXCHANGED)) {
            statement.setString(1, slot);
            statement.executeUpdate();
        }
    }

    /** Notes that the stream does not tell all that happened. */
    public static void addGap(Connection connection, String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD_GAP)) {
            statement.setString(1, slot);
            statement.executeUpdate();
        }
    }

    /** Ends a session of ours that still holds the slot although nobody listens to it any more. */
    public static void endSession(Connection connection, CaptureRow.Reader reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_SESSION)) {
            statement.setInt(1, reader.pid());
            statement.setString(2, reader.applicationName());
            statement.execute();
        }
    }
}
