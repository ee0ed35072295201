package dev.infill.worker.postgres;

import dev.infill.postgres.Database;
import dev.infill.postgres.Failure;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session that writes rows. Its transactions are told apart from the application's, so that the bridge does not bring
 * them back: by a replication origin where one can be had, else by a message at the begin of each transaction.
 */
final class WorkerSession implements AutoCloseable {
    private static final String MARK = "SELECT pg_catalog.pg_logical_emit_message(true, 'infill.fill', '')";

    /** We are at a standby: only a new session can find the new primary. */
    private static final String READ_ONLY = "25006";

    private final Connection connection;
    private final boolean hasOrigin;
    private final Map<String, ComputedValues.Held> held = new HashMap<>();
    private boolean plansAreGeneric;
    private boolean broken;
    private boolean discarded;

    private WorkerSession(Connection connection, boolean hasOrigin) {
        this.connection = connection;
        this.hasOrigin = hasOrigin;
    }

    static WorkerSession open(Database database, Manners manners) throws SQLException {
        Connection connection = Sessions.open(parsedOnce(database), manners);
        try (Statement statement = connection.createStatement()) {
            // The transaction that closes a range is synchronous, and its flush makes those before it durable too.
            statement.execute("SET synchronous_commit = off");
            return new WorkerSession(connection, Origins.take(connection));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A worker's statements are few and run often: each is parsed once a session. */
    private static Database parsedOnce(Database database) {
        Map<String, String> properties = new HashMap<>(database.properties());
        properties.putIfAbsent("prepareThreshold", "1");
        return new Database(database.name(), database.jdbcUrl(), properties);
    }

    /** What application code computed for a migration and this session holds; null: nothing yet. */
    ComputedValues.@Nullable Held held(String migration) {
        return held.get(migration);
    }

    void hold(String migration, ComputedValues.Held values) {
        held.put(migration, values);
    }

    /** The connection; whoever borrowed the session uses it alone. */
    Connection connection() {
        return connection;
    }

    /** Whether the server filters this session's rows out of the log by origin. */
    boolean hasOrigin() {
        return hasOrigin;
    }

    /** Begins a transaction that will write rows of the table. */
    void begin() throws SQLException {
        connection.setAutoCommit(false);
        if (!hasOrigin) {
            execute(MARK);
        }
    }

    /** Begins a transaction that writes nothing but the ledger, which is not captured. */
    void beginUnmarked() throws SQLException {
        connection.setAutoCommit(false);
    }

    /**
     * Whether statements are planned once for all values. Right for rows fetched by their addresses, of which there is one
     * plan; wrong for windows, whose width the planner must know.
     */
    void planOnce(boolean once) throws SQLException {
        if (once != plansAreGeneric) {
            execute("SET plan_cache_mode = " + (once ? "force_generic_plan" : "force_custom_plan"));
            plansAreGeneric = once;
        }
    }

    /** Makes this transaction's commit wait for the disk. */
    void makeDurable() throws SQLException {
        execute("SET LOCAL synchronous_commit = on");
    }

    /** Commits. After a failure nobody knows whether it did: ask the ledger. */
    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Rolls back what is open; a session that can't do even that is broken. */
    void rollback() {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            broken = true;
        }
    }

    /** Makes the session as it was when it was lent. */
    void comeBack() {
        rollback();
        try {
            planOnce(false);
        } catch (SQLException e) {
            broken = true;
        }
    }

    /** After a failure: rolls back, and marks the session as broken if it is of no more use. */
    void recover(Failure failure) {
        if (failure.isConnectionLost() || failure.sqlState().equals(READ_ONLY)) {
            broken = true;
        } else {
            rollback();
        }
    }

    /** This session is not lent again: its prepared statements may speak of columns that were changed. */
    void discard() {
        discarded = true;
    }

    boolean isBroken() {
        return broken;
    }

    /** Whether it may be lent again. */
    boolean isReusable() {
        return !broken && !discarded;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            broken = true;
        }
    }
}
