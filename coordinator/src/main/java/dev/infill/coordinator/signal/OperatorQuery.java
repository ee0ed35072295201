package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Signal;
import java.sql.Connection;
import java.sql.SQLException;

/** A query of the operator's own that answers one number; the session can only read and is bounded in time. */
final class OperatorQuery implements Source {
    private final String sql;

    OperatorQuery(String sql) {
        this.sql = sql;
    }

    @Override
    public Signal signal() {
        return Signal.QUERY;
    }

    @Override
    public Reading read(Connection connection) throws SQLException {
        return Numbers.read(connection, sql.replace("?", "??"), "it answers no number");
    }
}
