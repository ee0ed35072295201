package dev.infill.postgres.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The leader's session. Everything that it writes goes through {@link #fenced}: a transaction that holds the lease row
 * against takeover, or does not happen.
 *
 * <p>A leader that is frozen inside such a transaction would block its successor; the session's
 * {@code idle_in_transaction_session_timeout} bounds that.
 */
public final class LeaderSession {
    private static final String FENCE = "SELECT 1 FROM infill.lease WHERE holder = ? AND epoch = ? FOR SHARE";

    private final Connection connection;
    private final String holder;
    private final long epoch;

    public LeaderSession(Connection connection, String holder, long epoch) {
        this.connection = connection;
        this.holder = holder;
        this.epoch = epoch;
    }

    /** Work inside the fence. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it on the given connection, without committing. */
        T on(Connection connection) throws SQLException;
    }

    /** Work inside the fence that answers nothing. */
    @FunctionalInterface
    public interface Action {
        /** Does it on the given connection, without committing. */
        void on(Connection connection) throws SQLException;
    }

    /** For reading, and for statements that can't be in a transaction; in auto-commit mode. */
    public Connection connection() {
        return connection;
    }

    /** The number that fences former leaders. */
    public long epoch() {
        return epoch;
    }

    /**
     * Runs the work in one transaction that exists only while we lead.
     *
     * @throws LeaseLostException if we do not lead any more; nothing was written
     */
    public <T> T fenced(Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            checkLease();
            T answer = work.on(connection);
            connection.commit();
            return answer;
        } catch (SQLException | RuntimeException e) {
            rollbackQuietly(e);
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    /** {@link #fenced} for work that answers nothing. */
    public void fencedAction(Action action) throws SQLException {
        fenced(c -> {
            action.on(c);
            return true;
        });
    }

    /** For steps outside a transaction: looks once more, right before. */
    public void requireLease() throws SQLException {
        fencedAction(c -> {});
    }

    private void checkLease() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FENCE)) {
            statement.setString(1, holder);
            statement.setLong(2, epoch);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw new LeaseLostException(holder, epoch);
                }
            }
        }
    }

    private void rollbackQuietly(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
