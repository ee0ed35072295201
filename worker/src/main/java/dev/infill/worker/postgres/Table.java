package dev.infill.worker.postgres;

import dev.infill.postgres.ledger.KeyArrays;
import dev.infill.postgres.ledger.SuspectLedger.Suspect;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.worker.range.Difference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The migrated table: cuts windows of its keys, looks at its rows and writes them. The caller owns the transaction. */
final class Table {
    private final TableSql sql;
    private final int keyColumns;

    Table(Migration migration) {
        this.sql = new TableSql(migration);
        this.keyColumns = migration.key().size();
    }

    /** The window of that many rows at the begin of a stretch; the last one of it may have fewer. */
    Window cut(Connection connection, @Nullable Key from, @Nullable Key upper, int rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.keyAfter(from != null, upper != null))) {
            int index = setBounds(statement, 1, from, upper);
            statement.setInt(index, rows);
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    return new Window(from, readKey(result), rows, false);
                }
            }
        }
        return new Window(from, upper, count(connection, from, upper), true);
    }

    /** Writes the rows of a window that differ; returns how many. */
    long fill(Connection connection, Window window, Difference difference) throws SQLException {
        String text = sql.fill(difference, window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int index = setBounds(statement, 1, window.from(), window.to());
            setBounds(statement, index, window.from(), window.to());
            return statement.executeLargeUpdate();
        }
    }

    /** The rows of a window that differ, up to a limit. */
    List<Suspect> find(Connection connection, Window window, Difference difference, int limit) throws SQLException {
        String text = sql.find(difference, window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int index = setBounds(statement, 1, window.from(), window.to());
            statement.setInt(setBounds(statement, index, window.from(), window.to()), limit);
            return readRows(statement);
        }
    }

    /** A window's first row as it is now; empty when it has none. */
    Optional<Suspect> firstRow(Connection connection, Window window) throws SQLException {
        String text = sql.firstRow(window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            setBounds(statement, 1, window.from(), window.to());
            return readRows(statement).stream().findFirst();
        }
    }

    /** Writes those of these rows that differ; returns how many. */
    long repair(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.repair(difference))) {
            KeyArrays.setUnnested(statement, 1, keys);
            return statement.executeLargeUpdate();
        }
    }

    /** Writes those of these rows that differ and still have the version that they had then; returns how many. */
    long repairUnchanged(Connection connection, List<Suspect> rows, Difference difference) throws SQLException {
        List<Key> keysAndVersions = rows.stream()
                .map(row -> {
                    List<String> values = new ArrayList<>(row.key().values());
                    values.add(row.version());
                    return new Key(values);
                })
                .toList();
        try (PreparedStatement statement = connection.prepareStatement(sql.repairUnchanged(difference))) {
            KeyArrays.setUnnested(statement, 1, keysAndVersions);
            return statement.executeLargeUpdate();
        }
    }

    /** Those of these rows that differ. */
    List<Suspect> findAmong(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        return among(connection, sql.findAmong(difference), keys);
    }

    /** Those of these rows that are there. */
    List<Suspect> versions(Connection connection, List<Key> keys) throws SQLException {
        return among(connection, sql.versions(), keys);
    }

    /** How many of these rows differ. */
    long countAmong(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.countAmong(difference))) {
            KeyArrays.setUnnested(statement, 1, keys);
            return readCount(statement);
        }
    }

    private long count(Connection connection, @Nullable Key from, @Nullable Key to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.count(from != null, to != null))) {
            setBounds(statement, 1, from, to);
            return readCount(statement);
        }
    }

    private List<Suspect> among(Connection connection, String text, List<Key> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            KeyArrays.setUnnested(statement, 1, keys);
            return readRows(statement);
        }
    }

    private List<Suspect> readRows(PreparedStatement statement) throws SQLException {
        List<Suspect> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                rows.add(new Suspect(readKey(result), result.getString(keyColumns + 1)));
            }
        }
        return rows;
    }

    private static long readCount(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    private Key readKey(ResultSet result) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= keyColumns; column++) {
            values.add(result.getString(column));
        }
        return new Key(values);
    }

    private static int setBounds(PreparedStatement statement, int first, @Nullable Key from, @Nullable Key to)
            throws SQLException {
        int index = first;
        if (from != null) {
            for (String value : from.values()) {
                statement.setString(index++, value);
            }
        }
        if (to != null) {
            for (String value : to.values()) {
                statement.setString(index++, value);
            }
        }
        return index;
    }
}
