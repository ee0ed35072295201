package dev.infill.worker.postgres;

import dev.infill.postgres.ledger.KeyArrays;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.worker.range.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements on the migrated table. It is never aliased, so that an expression may say {@code orders.total}, and a
 * newline ends a comment at the expression's end.
 */
final class TableSql {
    private final String table;
    private final String column;
    private final String expression;
    private final List<Column> key;

    TableSql(Migration migration) {
        this.table = migration.table().quoted();
        this.column = migration.column().quoted();
        this.expression = Placeholders.escaped("(" + migration.fill().expression() + "\n)");
        this.key = migration.key();
    }

    /** The key that stands n places after the begin of a window; parameters: the window's, n. */
    String keyAfter(boolean from, boolean to) {
        return "SELECT " + keyTexts() + " FROM " + table + " WHERE " + window(from, to) + " ORDER BY " + keyColumns()
                + " OFFSET ? LIMIT 1";
    }

    /** How many rows a window has. */
    String count(boolean from, boolean to) {
        return "SELECT count(*) FROM " + table + " WHERE " + window(from, to);
    }

    /** Writes the rows of a window that differ; parameters: the window's, twice. */
    String fill(Difference difference, boolean from, boolean to) {
        return update() + " WHERE " + window(from, to) + " AND " + guarded(window(from, to), difference);
    }

    /** Keys and versions of the rows of a window that differ; parameters: the window's, twice, how many at most. */
    String find(Difference difference, boolean from, boolean to) {
        return "SELECT " + keyTexts() + ", " + version() + " FROM " + table + " WHERE " + window(from, to) + " AND "
                + guarded(window(from, to), difference) + " LIMIT ?";
    }

    /** Writes those of the given rows that differ; parameters: {@link KeyArrays#unnested}. */
    String repair(Difference difference) {
        return update() + " FROM " + KeyArrays.unnested(key) + " WHERE " + joined() + " AND "
                + guarded(joined(), difference);
    }

    /** Counts those of the given rows that differ. */
    String countAmong(Difference difference) {
        return "SELECT count(*) FROM " + table + " JOIN " + KeyArrays.unnested(key) + " ON " + joined() + " WHERE "
                + guarded(joined(), difference);
    }

    /** Keys and versions of those of the given rows that differ. */
    String findAmong(Difference difference) {
        return "SELECT " + keyTexts() + ", " + version() + " FROM " + table + " JOIN " + KeyArrays.unnested(key)
                + " ON " + joined() + " WHERE "
                + guarded(joined(), difference);
    }

    /** Key and version of a window's first row, whatever it has in the column. */
    String firstRow(boolean from, boolean to) {
        return "SELECT " + keyTexts() + ", " + version() + " FROM " + table + " WHERE " + window(from, to)
                + " ORDER BY " + keyColumns() + " LIMIT 1";
    }

    /** Keys and versions of the given rows, whatever they have in the column. */
    String versions() {
        return "SELECT " + keyTexts() + ", " + version() + " FROM " + table + " JOIN " + KeyArrays.unnested(key)
                + " ON " + joined();
    }

    /** Writes those of the given rows that differ and still have the given version, which follows their key's columns. */
    String repairUnchanged(Difference difference) {
        List<Column> withVersion = new ArrayList<>(key);
        withVersion.add(new Column("xmin", "text"));
        return update() + " FROM " + KeyArrays.unnested(withVersion) + " WHERE " + joined() + " AND " + version()
                + " = infill_k.infill_key_" + withVersion.size() + " AND "
                + guarded(joined(), difference);
    }

    private String update() {
        return "UPDATE " + table + " SET " + column + " = " + expression;
    }

    private String version() {
        return table + ".xmin::text";
    }

    private String column() {
        return table + "." + column;
    }

    /**
     * The comparison for these rows only. Without it the planner may compare first and look at the keys afterwards, and a
     * row elsewhere for which the expression fails would be taken for one of these.
     */
    private String guarded(String rows, Difference difference) {
        return "CASE WHEN " + rows + " THEN " + differs(difference) + " ELSE false END";
    }

    private String differs(Difference difference) {
        return switch (difference) {
            case NONE -> "false";
            case UNWRITTEN -> column() + " IS NULL";
            case MISSING -> "(" + column() + " IS NULL AND " + expression + " IS NOT NULL)";
            case DISTINCT -> column() + " IS DISTINCT FROM " + expression;
        };
    }

    private String window(boolean from, boolean to) {
        String given = "ROW(" + key.stream().map(part -> "?::" + part.type()).collect(Collectors.joining(", ")) + ")";
        String lower = from ? "ROW(" + keyColumns() + ") >= " + given : "true";
        return to ? lower + " AND ROW(" + keyColumns() + ") < " + given : lower;
    }

    private String joined() {
        return IntStream.rangeClosed(1, key.size())
                .mapToObj(i -> qualified(key.get(i - 1)) + " = infill_k.infill_key_" + i)
                .collect(Collectors.joining(" AND "));
    }

    private String keyColumns() {
        return key.stream().map(this::qualified).collect(Collectors.joining(", "));
    }

    private String keyTexts() {
        return key.stream().map(part -> qualified(part) + "::text").collect(Collectors.joining(", "));
    }

    private String qualified(Column part) {
        return table + "." + part.quoted();
    }
}
