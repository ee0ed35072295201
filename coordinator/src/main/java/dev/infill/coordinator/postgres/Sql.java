package dev.infill.coordinator.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The shapes that nearly all statements of this package have. */
final class Sql {
    private Sql() {}

    /** The first column of the first row, as text; empty without a row or for NULL. */
    static Optional<String> text(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        List<String> all = texts(connection, sql, values);
        return all.isEmpty() ? Optional.empty() : Optional.ofNullable(all.get(0));
    }

    /** The first column of all rows, as text. */
    static List<String> texts(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<String> answers = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    answers.add(result.getString(1));
                }
            }
            return answers;
        }
    }

    /** Whether the statement, a condition, is true. */
    static boolean isTrue(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        return text(connection, sql, values).filter("t"::equals).isPresent();
    }
}
