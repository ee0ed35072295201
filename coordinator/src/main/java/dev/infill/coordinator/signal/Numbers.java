package dev.infill.coordinator.signal;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Reading.Measured;
import dev.infill.coordinator.pace.Reading.Unreadable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Statements that answer one number. */
final class Numbers {
    /** Without it a role sees of the sessions of others only that they are there. */
    static final String MONITOR = "our role may not see the sessions of others: GRANT pg_monitor TO it";

    private Numbers() {}

    /**
     * The number.
     *
     * @param hidden why it is NULL, and what to do
     */
    static Reading read(Connection connection, String sql, String hidden, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return new Unreadable(hidden);
                }
                double value = result.getDouble(1);
                return result.wasNull() ? new Unreadable(hidden) : new Measured(Math.max(0, value));
            }
        }
    }
}
