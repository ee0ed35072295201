package dev.infill.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back whoever follows transactions until they can be seen. A commit is decoded when it is on disk, and
 * seen only after synchronous standbys have answered: an UPDATE in between finds no row and would lose the repair.
 */
public final class VisibilityGate {
    private static final Logger LOG = LoggerFactory.getLogger(VisibilityGate.class);
    private static final String SNAPSHOT = "SELECT pg_catalog.pg_current_snapshot()::text";
    private static final String STATUS = "SELECT pg_catalog.pg_xact_status(?::text::xid8)";
    /** {@code pg_xact_status} says so of a transaction that this server has not begun yet. */
    private static final String IN_THE_FUTURE = "22023";

    private static final Duration SUSPICIOUS = Duration.ofSeconds(5);

    private VisibilityGate() {}

    /**
     * Whether each of these transactions is visible to every later statement of the session.
     *
     * @param waited how long the caller has been waiting for it
     */
    public static boolean isOpen(Connection connection, List<Long> transactions, Duration waited) throws SQLException {
        Snapshot snapshot = snapshot(connection);
        for (long transaction : transactions) {
            long xid = snapshot.widen(transaction);
            if (!snapshot.sees(xid) && !(waited.compareTo(SUSPICIOUS) > 0 && isUnknown(connection, xid))) {
                return false;
            }
        }
        return true;
    }

    private static Snapshot snapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SNAPSHOT)) {
            result.next();
            return Snapshot.parse(result.getString(1));
        }
    }

    /** After a failover that lost commits, or a restore, the server has no such transaction and may never have. */
    private static boolean isUnknown(Connection connection, long xid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATUS)) {
            statement.setString(1, Long.toString(xid));
            statement.executeQuery().close();
            LOG.warn("A changed row's transaction has committed and is not visible yet, its repair waits: xid={}", xid);
            return false;
        } catch (SQLException e) {
            if (!Failure.of(e).sqlState().equals(IN_THE_FUTURE)) {
                throw e;
            }
            LOG.warn(
                    "A change names a transaction that this server has not begun; it is repaired as it is: xid={}",
                    xid);
            return true;
        }
    }
}
