package dev.infill.worker.postgres;

import dev.infill.protocol.Column;
import dev.infill.worker.range.Difference;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements on windows of the migrated table: stretches of its key, or of its pages. A page range is one over the
 * rows' addresses, so both have the same text but for the name of what runs.
 */
final class RangeSql {
    /** What runs in a page range. */
    static final List<Column> PAGES = List.of(new Column("ctid", "tid"));

    private final TableSql table;
    private final List<Column> axis;

    RangeSql(TableSql table, List<Column> axis) {
        this.table = table;
        this.axis = axis;
    }

    /** What stands n places after the begin of a window; parameters: the window's, n. */
    String after(boolean from, boolean to) {
        String texts =
                axis.stream().map(part -> table.qualified(part) + "::text").collect(Collectors.joining(", "));
        return "SELECT " + texts + " FROM " + table.from() + " WHERE " + window(from, to) + " ORDER BY " + axisColumns()
                + " OFFSET ? LIMIT 1";
    }

    /** How many rows a window has. */
    String count(boolean from, boolean to) {
        return "SELECT count(*) FROM " + table.from() + " WHERE " + window(from, to);
    }

    /** Writes the rows of a window that differ; answers how many it has and wrote. Parameters: the window's, three times. */
    String fill(Difference difference, boolean from, boolean to) {
        return "WITH written AS (" + table.update(difference) + " WHERE " + within(difference, from, to)
                + " RETURNING 1) SELECT (" + count(from, to) + "), (SELECT count(*) FROM written)";
    }

    /** How many rows a window has, how many differ, and its digest; a filter is looked at for the window's rows alone. */
    String compare(Difference difference, boolean from, boolean to) {
        return "SELECT count(*), count(*) FILTER (WHERE " + table.differs(difference) + "), " + table.digest()
                + " FROM " + table.from() + " WHERE " + window(from, to);
    }

    /** Keys and versions of the rows of a window that differ; parameters: the window's, twice, how many at most. */
    String find(Difference difference, boolean from, boolean to) {
        return "SELECT " + table.keyAndVersion() + " FROM " + table.from() + " WHERE " + within(difference, from, to)
                + " LIMIT ?";
    }

    /** Addresses of the rows of a window that differ; parameters: the window's, twice. */
    String addresses(Difference difference, boolean from, boolean to) {
        return "SELECT " + table.name() + ".ctid FROM " + table.from() + " WHERE " + within(difference, from, to);
    }

    /** Addresses of all rows of a window. */
    String addresses(boolean from, boolean to) {
        return "SELECT " + table.name() + ".ctid FROM " + table.from() + " WHERE " + window(from, to);
    }

    /** What application code must compute of a window's rows; parameters: the window's, how many at most. */
    String uncomputed(boolean from, boolean to) {
        return table.uncomputed(" WHERE " + window(from, to));
    }

    /** Key and version of a window's first row, whatever it has in the column. */
    String firstRow(boolean from, boolean to) {
        return "SELECT " + table.keyAndVersion() + " FROM " + table.from() + " WHERE " + window(from, to) + " ORDER BY "
                + axisColumns() + " LIMIT 1";
    }

    /** Forgets rejections of a window's rows; parameters: the window's, the migration's name. */
    String forgetRejected(boolean from, boolean to) {
        return "DELETE FROM infill.rejected USING " + table.from() + " WHERE " + window(from, to)
                + " AND infill.rejected.migration = ? AND infill.rejected.key = ARRAY[" + table.keyTexts() + "]";
    }

    private String within(Difference difference, boolean from, boolean to) {
        return window(from, to) + " AND " + table.guarded(window(from, to), difference);
    }

    /** One column is compared as it is: the planner knows no other way into a table's pages. */
    private String window(boolean from, boolean to) {
        String lower = from ? axisColumns() + " >= " + given() : "true";
        return to ? lower + " AND " + axisColumns() + " < " + given() : lower;
    }

    private String axisColumns() {
        return row(axis.stream().map(table::qualified).collect(Collectors.joining(", ")));
    }

    private String given() {
        return row(axis.stream().map(part -> "?::" + part.type()).collect(Collectors.joining(", ")));
    }

    private String row(String columns) {
        return axis.size() == 1 ? columns : "ROW(" + columns + ")";
    }
}
