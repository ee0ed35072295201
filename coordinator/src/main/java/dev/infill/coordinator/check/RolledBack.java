package dev.infill.coordinator.check;

import dev.infill.postgres.Failure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Transactions that try something and leave nothing. */
final class RolledBack {
    private static final String SYNTAX_ERROR = "42601";

    private RolledBack() {}

    /** What is tried. */
    interface Trial<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Why the server refuses a statement. Its message may be told: it was said over an empty copy of the table, so it can't hold a
     * row's values.
     *
     * @param position in the statement, from 1; 0: none
     */
    record Refusal(String sqlState, String message, int position) {}

    /** Runs the trial in a transaction that is rolled back whatever happens. */
    static <T> T run(Connection connection, Trial<T> trial) throws SQLException {
        return run(connection, "", trial);
    }

    /**
     * The same, and nothing can be written: neither what a rollback would undo nor what it would not, like the next value of a
     * sequence.
     */
    static <T> T readOnly(Connection connection, Trial<T> trial) throws SQLException {
        return run(connection, "SET TRANSACTION READ ONLY", trial);
    }

    private static <T> T run(Connection connection, String first, Trial<T> trial) throws SQLException {
        connection.setAutoCommit(false);
        try {
            if (!first.isEmpty()) {
                execute(connection, first);
            }
            return trial.on(connection);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Runs a statement and undoes it if the server refuses it; what is no refusal but an outage is thrown. */
    static Optional<Refusal> refusal(Connection connection, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            execute(connection, sql);
            return Optional.empty();
        } catch (SQLException e) {
            Failure.Policy policy = Failure.of(e).policy();
            if (policy == Failure.Policy.RETRY || policy == Failure.Policy.THROTTLE) {
                throw e;
            }
            connection.rollback(before);
            return Optional.of(refusal(e));
        }
    }

    /** Runs a statement and undoes it, refused or not. */
    static Optional<Refusal> tried(Connection connection, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        Optional<Refusal> refusal = refusal(connection, sql);
        connection.rollback(before);
        return refusal;
    }

    /**
     * Runs a statement as it stands: neither {@code ?} nor <code>{…}</code> mean anything to the driver. Where the driver sees more
     * than one, none is run; where only the server sees more than one, the server refuses them all.
     */
    static void execute(Connection connection, String sql) throws SQLException {
        refuseSeveral(sql);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /** The first row that a query gives, run as it stands like {@link #execute}; empty without one. */
    static List<@Nullable String> row(Connection connection, String sql) throws SQLException {
        refuseSeveral(sql);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            List<@Nullable String> row = new ArrayList<>();
            try (ResultSet result = statement.executeQuery(sql)) {
                int columns = result.getMetaData().getColumnCount();
                if (result.next()) {
                    for (int column = 1; column <= columns; column++) {
                        row.add(result.getString(column));
                    }
                }
            }
            return row;
        }
    }

    private static void refuseSeveral(String sql) throws SQLException {
        if (Parser.parseJdbcSql(sql, true, false, true, false, false).size() != 1) {
            throw new SQLException("not one statement", SYNTAX_ERROR);
        }
    }

    private static Refusal refusal(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        String message = server == null ? null : server.getMessage();
        return new Refusal(
                Failure.of(e).sqlState(), message == null ? "" : message, server == null ? 0 : server.getPosition());
    }
}
