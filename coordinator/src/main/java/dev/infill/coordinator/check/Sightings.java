package dev.infill.coordinator.check;

import dev.infill.postgres.Failure;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks what the expression gives for the same rows in several databases. Only hashes leave a database: rows count as the same
 * where key and inputs have the same hash, and then what the expression gives must have the same one too.
 *
 * @param inputs the columns that the expression reads
 * @param keys of the rows, taken from one of the databases
 */
record Sightings(Migration migration, List<String> inputs, List<Key> keys) {
    private static final int ROWS = 50;

    Sightings {
        inputs = List.copyOf(inputs);
        keys = List.copyOf(keys);
    }

    /**
     * What a row gives.
     *
     * @param inputs their hash
     * @param value its hash, or why there is none
     */
    record Sighting(@Nullable String inputs, @Nullable String value) {
        /** Whether these are the same row and yet give something else. */
        boolean contradicts(Sighting other) {
            return Objects.equals(inputs, other.inputs) && !Objects.equals(value, other.value);
        }
    }

    /** The first rows by their key: in copies of one another they are the ones that are there everywhere. */
    static Sightings choose(Connection connection, Resolution resolution) throws SQLException {
        Migration migration = resolution.migration();
        if (!resolution.computable()) {
            return new Sightings(migration, resolution.inputs(), List.of());
        }
        List<Column> key = migration.key();
        String sql = "SELECT " + migration.keyTexts() + " FROM "
                + migration.table().quoted() + " ORDER BY " + migration.keyInTable() + " LIMIT " + ROWS;
        List<Key> keys = Query.of(connection, sql).all(row -> {
            String[] values = new String[key.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.getString(i + 1);
            }
            return new Key(List.of(values));
        });
        return new Sightings(migration, resolution.inputs(), keys);
    }

    /** What those of the rows give that are here. */
    Map<Key, Sighting> look(Connection connection) throws SQLException {
        String hashed = inputs.isEmpty()
                ? "''"
                : "md5(ROW(" + inputs.stream().map(Identifier::quote).collect(Collectors.joining(", ")) + ")::text)";
        String sql = "SELECT " + hashed + ", md5((" + migration.fill().forEveryRow() + "\n)::text) FROM "
                + migration.table().quoted() + " WHERE " + sameKey();
        return RolledBack.readOnly(connection, looking -> {
            Map<Key, Sighting> seen = new HashMap<>();
            for (Key key : keys) {
                bind(looking, key);
                List<@Nullable String> row = row(looking, sql);
                if (!row.isEmpty()) {
                    seen.put(key, new Sighting(row.get(0), row.get(1)));
                }
            }
            return seen;
        });
    }

    /** A setting holds each value, because a question mark in the expression must not become a parameter. */
    private String sameKey() {
        return IntStream.range(0, migration.key().size())
                .mapToObj(i -> migration.key().get(i).quoted() + " = current_setting('infill.key_" + i + "')::"
                        + migration.key().get(i).type())
                .collect(Collectors.joining(" AND "));
    }

    private static void bind(Connection connection, Key key) throws SQLException {
        for (int i = 0; i < key.values().size(); i++) {
            Query.of(
                            connection,
                            "SELECT set_config(?, ?, true)",
                            "infill.key_" + i,
                            key.values().get(i))
                    .texts();
        }
    }

    private static List<@Nullable String> row(Connection connection, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            return RolledBack.row(connection, sql);
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            if (failure.isConnectionLost()) {
                throw e;
            }
            connection.rollback(before);
            return Arrays.asList("", "fails with SQLSTATE " + failure.sqlState());
        }
    }
}
