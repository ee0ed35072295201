package dev.infill.worker.postgres;

import dev.infill.postgres.ledger.KeyArrays;
import dev.infill.postgres.ledger.SuspectLedger.Suspect;
import dev.infill.protocol.Column;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.TupleAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The migrated table as a range runs over it, by key or by page: cuts windows, looks at their rows and writes them. */
final class RangeRows {
    private final TableSql table;
    private final RangeSql sql;
    private final Table byKey;
    private final Migration migration;
    private final boolean byPages;
    private final int axisColumns;

    /**
     * The rows of a range.
     *
     * @param pagesOf the table or partition that it runs over by page; null: it runs over the table by key
     */
    RangeRows(Migration migration, @Nullable TableName pagesOf) {
        List<Column> axis = pagesOf == null ? migration.key() : RangeSql.PAGES;
        this.table = new TableSql(migration, pagesOf == null ? migration.table() : pagesOf);
        this.sql = new RangeSql(table, axis);
        this.byKey = new Table(migration, table);
        this.migration = migration;
        this.byPages = pagesOf != null;
        this.axisColumns = axis.size();
    }

    /** The same rows by their keys. */
    Table byKey() {
        return byKey;
    }

    /** Whether ranges run over pages. */
    boolean isByPages() {
        return byPages;
    }

    /** What a window of all that is left is: nobody has counted its rows. */
    static Window rest(@Nullable Key from, @Nullable Key upper) {
        return new Window(from, upper, Window.UNCOUNTED, true);
    }

    /** A window of that many pages at the begin of a page range. */
    static Window pages(Key from, Key upper, long pages) {
        Key end = TupleAddress.bound(TupleAddress.page(from) + Math.max(1, pages));
        boolean isLast = TupleAddress.page(end) >= TupleAddress.page(upper);
        return new Window(from, isLast ? upper : end, Window.UNCOUNTED, isLast);
    }

    /** The window of that many rows at the begin of a stretch; the last one of it may have fewer. */
    Window cut(Connection connection, @Nullable Key from, @Nullable Key upper, int rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.after(from != null, upper != null))) {
            int index = setBounds(statement, 1, from, upper);
            statement.setInt(index, rows);
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    return new Window(from, KeyArrays.readColumns(result, axisColumns), rows, false);
                }
            }
        }
        return new Window(from, upper, count(connection, from, upper), true);
    }

    /** Addresses of a window's rows that differ, or of all of them where a comparison would fail. */
    long[] addresses(Connection connection, Window window, Optional<Difference> difference) throws SQLException {
        boolean from = window.from() != null;
        boolean to = window.to() != null;
        String text = difference.isPresent() ? sql.addresses(difference.get(), from, to) : sql.addresses(from, to);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int index = setBounds(statement, 1, window.from(), window.to());
            if (difference.isPresent()) {
                setBounds(statement, index, window.from(), window.to());
            }
            LongStream.Builder addresses = LongStream.builder();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    addresses.add(TupleAddress.parse(result.getString(1)));
                }
            }
            return addresses.build().toArray();
        }
    }

    /** Writes the rows of a window that differ. */
    Count fill(Connection connection, Window window, Difference difference) throws SQLException {
        String text = sql.fill(difference, window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int index = setBounds(statement, 1, window.from(), window.to());
            index = setBounds(statement, index, window.from(), window.to());
            setBounds(statement, index, window.from(), window.to());
            return readCount(statement);
        }
    }

    /** Counts the rows of a window and those that differ, and digests what it has. */
    Look compare(Connection connection, Window window, Difference difference) throws SQLException {
        return look(connection, window, sql.compare(difference, window.from() != null, window.to() != null));
    }

    /** The same without a comparison, of rows for which it would fail. */
    Look look(Connection connection, Window window) throws SQLException {
        return compare(connection, window, Difference.NONE);
    }

    private static Look look(Connection connection, Window window, String text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            setBounds(statement, 1, window.from(), window.to());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new Look(new Count(result.getLong(1), result.getLong(2)), result.getLong(3));
            }
        }
    }

    /** The rows of a window that differ, up to a limit. */
    List<Suspect> find(Connection connection, Window window, Difference difference, int limit) throws SQLException {
        String text = sql.find(difference, window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            int index = setBounds(statement, 1, window.from(), window.to());
            statement.setInt(setBounds(statement, index, window.from(), window.to()), limit);
            return Table.readRows(statement, migration.key().size());
        }
    }

    /** What application code must compute of a window's rows. */
    List<ComputedValues.Input> uncomputed(Connection connection, Window window, int atMost) throws SQLException {
        String text = sql.uncomputed(window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            statement.setInt(setBounds(statement, 1, window.from(), window.to()), atMost);
            return ComputedValues.read(statement);
        }
    }

    /** A window's first row as it is now; empty when it has none. */
    Optional<Suspect> firstRow(Connection connection, Window window) throws SQLException {
        String text = sql.firstRow(window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            setBounds(statement, 1, window.from(), window.to());
            return Table.readRows(statement, migration.key().size()).stream().findFirst();
        }
    }

    /** Forgets rejections of a window's rows, which are about to be written. */
    void forgetRejected(Connection connection, Window window) throws SQLException {
        String text = sql.forgetRejected(window.from() != null, window.to() != null);
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            statement.setString(setBounds(statement, 1, window.from(), window.to()), migration.name());
            statement.executeUpdate();
        }
    }

    /** The text that writes rows at addresses, for the ledger to count. */
    TableSql table() {
        return table;
    }

    private long count(Connection connection, @Nullable Key from, @Nullable Key to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.count(from != null, to != null))) {
            setBounds(statement, 1, from, to);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    private static Count readCount(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            result.next();
            return new Count(result.getLong(1), result.getLong(2));
        }
    }

    private static int setBounds(PreparedStatement statement, int first, @Nullable Key from, @Nullable Key to)
            throws SQLException {
        int index = first;
        for (String value : from == null ? List.<String>of() : from.values()) {
            statement.setString(index++, value);
        }
        for (String value : to == null ? List.<String>of() : to.values()) {
            statement.setString(index++, value);
        }
        return index;
    }

    /**
     * A window's rows at one moment.
     *
     * @param digest of their keys and values, see {@link RowDigest}; 0 of no rows
     */
    record Look(Count count, long digest) {}

    /**
     * What a statement met in a window.
     *
     * @param rows that it has
     * @param differing that were written, or would have to be
     */
    record Count(long rows, long differing) {}
}
