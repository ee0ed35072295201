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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The migrated table's rows by their keys: looks at them and writes them. The caller owns the transaction.
 *
 * <p>Where the expression reads other tables, a row is locked before the statement that computes its value begins. Without
 * that a statement that waited for another repair of the same row would overwrite it with what its older snapshot saw of the
 * other table (docs/decisions/0073). Of its own row a statement always computes the newest version.
 */
final class Table {
    private final TableSql sql;
    private final int keyColumns;
    private final boolean locksFirst;

    Table(Migration migration) {
        this(migration, new TableSql(migration));
    }

    Table(Migration migration, TableSql sql) {
        this.sql = sql;
        this.keyColumns = migration.key().size();
        this.locksFirst = !migration.follows().isEmpty();
    }

    /** Writes those of these rows that differ; returns how many. */
    long repair(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        lock(connection, keys);
        try (PreparedStatement statement = connection.prepareStatement(sql.repair(difference))) {
            KeyArrays.setUnnested(statement, 1, keys);
            return statement.executeLargeUpdate();
        }
    }

    /** The same, but tells which, by their places in the list. */
    Set<Integer> repairTelling(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        lock(connection, keys);
        return places(connection, sql.repairTelling(difference), keys);
    }

    private void lock(Connection connection, List<Key> keys) throws SQLException {
        if (locksFirst) {
            try (PreparedStatement statement = connection.prepareStatement(sql.lock())) {
                KeyArrays.setUnnested(statement, 1, keys);
                statement.executeQuery().close();
            }
        }
    }

    /** The places in the list of those of these rows that differ. */
    Set<Integer> placesAmong(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        return places(connection, sql.numbersAmong(difference), keys);
    }

    private static Set<Integer> places(Connection connection, String text, List<Key> keys) throws SQLException {
        List<Key> numbered = IntStream.range(0, keys.size())
                .mapToObj(place -> with(keys.get(place), Integer.toString(place)))
                .toList();
        Set<Integer> places = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            KeyArrays.setUnnested(statement, 1, numbered);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    places.add(result.getInt(1));
                }
            }
        }
        return places;
    }

    private static Key with(Key key, String another) {
        List<String> values = new ArrayList<>(key.values());
        values.add(another);
        return new Key(values);
    }

    /** Writes those of these rows that differ and still have the version that they had then; returns how many. */
    long repairUnchanged(Connection connection, List<Suspect> rows, Difference difference) throws SQLException {
        lock(connection, rows.stream().map(Suspect::key).toList());
        List<Key> keysAndVersions =
                rows.stream().map(row -> with(row.key(), row.version())).toList();
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

    /** What application code must compute of these rows. */
    List<ComputedValues.Input> uncomputed(Connection connection, List<Key> keys, int atMost) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.uncomputedAmong())) {
            statement.setInt(KeyArrays.setUnnested(statement, 1, keys), atMost);
            return ComputedValues.read(statement);
        }
    }

    /** How many of these rows differ. */
    long countAmong(Connection connection, List<Key> keys, Difference difference) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.countAmong(difference))) {
            KeyArrays.setUnnested(statement, 1, keys);
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
        return readRows(statement, keyColumns);
    }

    /** Reads keys of so many columns, each followed by its row's version. */
    static List<Suspect> readRows(PreparedStatement statement, int keyColumns) throws SQLException {
        List<Suspect> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                rows.add(new Suspect(KeyArrays.readColumns(result, keyColumns), result.getString(keyColumns + 1)));
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
}
