package dev.infill.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an SQL failure was, without any row's values: PostgreSQL's message texts can hold them, so they are not kept.
 *
 * @param sqlState five characters; {@code 08006} where the driver gave none
 * @param constraint the constraint or empty
 * @param column the column or empty
 */
public record Failure(String sqlState, String constraint, String column) {
    private static final String CONNECTION_FAILURE = "08006";
    private static final Set<String> RETRIED = Set.of(
            "40001", // serialization failure
            "40P01", // deadlock
            "55P03", // lock not available
            "55006", // object in use
            "57014", // our own statement timeout
            "57P01", // admin shutdown
            "57P02", // crash shutdown
            "57P03", // cannot connect now
            "57P05", // idle session timeout
            "25P03", // idle in transaction timeout
            "25P04", // transaction timeout
            "25006", // read-only: a standby, until the address leads to the new primary
            "53300"); // too many connections

    /** What a failure calls for. */
    public enum Policy {
        /** Try again after a backoff. */
        RETRY,
        /** The server lacks something: back off for longer, then try again. */
        THROTTLE,
        /** A row's values are refused: find the row, set it aside, go on with the others. */
        REJECT,
        /** A person must look: schema, rights, syntax, or something we have never seen. */
        STOP
    }

    /** Reads a failure; a wrapped or chained one counts as its first PostgreSQL cause. */
    public static Failure of(SQLException exception) {
        String sqlState = Optional.ofNullable(exception.getSQLState()).orElse(CONNECTION_FAILURE);
        ServerErrorMessage server =
                exception instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        if (server == null) {
            return new Failure(sqlState, "", "");
        }
        return new Failure(
                sqlState,
                Optional.ofNullable(server.getConstraint()).orElse(""),
                Optional.ofNullable(server.getColumn()).orElse(""));
    }

    /** What to do about it. */
    public Policy policy() {
        if (RETRIED.contains(sqlState) || sqlState.startsWith("08")) {
            return Policy.RETRY;
        }
        if (sqlState.startsWith("53") || sqlState.startsWith("58")) {
            return Policy.THROTTLE;
        }
        // P0001 is RAISE EXCEPTION in a function or trigger: it speaks about a row, like 22 (data) and 23 (constraint).
        // So does 0A000 in an expression that the check has accepted: 'NaN'::numeric::bigint raises it.
        if (sqlState.startsWith("22")
                || sqlState.startsWith("23")
                || sqlState.equals("P0001")
                || sqlState.equals("0A000")) {
            return Policy.REJECT;
        }
        return Policy.STOP;
    }

    /** Whether the session is of no more use. */
    public boolean isConnectionLost() {
        return sqlState.startsWith("08")
                || sqlState.startsWith("57P")
                || (sqlState.startsWith("25P0") && !sqlState.equals("25P02"));
    }

    /** Whether a row or table was locked by somebody else for longer than we may wait. */
    public boolean isLockConflict() {
        return sqlState.equals("55P03") || sqlState.equals("40P01") || sqlState.equals("57014");
    }

    /** The failure in words for logs and operators. */
    public String words() {
        return "SQLSTATE " + sqlState + (constraint.isEmpty() ? "" : ", constraint " + constraint)
                + (column.isEmpty() ? "" : ", column " + column);
    }
}
