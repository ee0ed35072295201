package dev.infill.coordinator.check;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the catalog. */
record Query(Connection connection, String sql, List<?> values) {
    static Query of(Connection connection, String sql, Object... values) {
        return new Query(connection, sql, List.of(values));
    }

    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> all(Reader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reader.read(result));
                }
            }
        }
        return rows;
    }

    <T> Optional<T> first(Reader<T> reader) throws SQLException {
        return all(reader).stream().findFirst();
    }

    List<String> texts() throws SQLException {
        return all(row -> row.getString(1));
    }
}
