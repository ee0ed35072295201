package dev.infill.worker.postgres;

import dev.infill.postgres.ledger.KeyArrays;
import dev.infill.postgres.ledger.RangeLedger;
import dev.infill.protocol.Column;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.worker.range.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the migrated table or on one of its partitions, which goes by the table's name, so that an expression
 * may say {@code orders.total}. A newline ends a comment at the expression's end.
 */
final class TableSql {
    private final String from;
    private final String table;
    /** The table's name as it stands where no schema may. */
    private final String alias;

    private final List<Filled> columns;
    private final @Nullable ComputedSql computed;
    private final @Nullable String where;
    private final List<Column> key;
    private final String digest;

    /** A column as it stands in SET, and what goes into it. */
    private record Filled(String column, String expression) {}

    /** On the whole table. */
    TableSql(Migration migration) {
        this(migration, migration.table());
    }

    /** On the table or on a partition of it. */
    TableSql(Migration migration, TableName relation) {
        boolean isWhole = relation.equals(migration.table());
        this.alias = Identifier.quote(migration.table().name());
        this.table = isWhole ? relation.quoted() : alias;
        this.from = isWhole ? table : relation.quoted() + " AS " + table;
        Migration.Transform transform = migration.fill().transform();
        this.computed = transform == null ? null : new ComputedSql(migration, transform, table);
        this.columns = migration.each().stream().map(this::filled).toList();
        String condition = migration.fill().where();
        this.where = condition == null ? null : Placeholders.escaped("(" + condition + "\n)");
        this.key = migration.key();
        this.digest = RowDigest.sql(migration, table);
    }

    private Filled filled(Migration each) {
        String expression =
                computed == null ? Placeholders.escaped("(" + each.fill().expression() + "\n)") : computed.expression();
        return new Filled(each.column().quoted(), expression);
    }

    /** The table as it stands in a FROM. */
    String from() {
        return from;
    }

    /** What qualifies its columns. */
    String name() {
        return table;
    }

    /**
     * Writes those of the rows at some addresses that differ, and tells of each whether it stayed in some pages; parameters:
     * the addresses, the pages' begin and end. Another row may lie at an address by now: it is made right too.
     */
    String fillAt(Difference difference) {
        return update(difference) + " WHERE " + RangeLedger.IF_HELD + " AND " + table + ".ctid = ANY (?::tid[]) AND "
                + differs(difference) + " RETURNING " + table + ".ctid >= ?::tid AND " + table
                + ".ctid < ?::tid AS stayed";
    }

    /** Makes the server prune pages; parameters: their begin and end. Fetching rows by address does not. */
    String prune() {
        return "SELECT count(*) FROM " + from + " WHERE " + table + ".ctid >= ?::tid AND " + table + ".ctid < ?::tid";
    }

    /** Writes those of the given rows that differ; parameters: {@link KeyArrays#unnested}. */
    String repair(Difference difference) {
        return update(difference) + " FROM " + KeyArrays.unnested(key) + " WHERE " + joined() + " AND "
                + guarded(joined(), difference);
    }

    /**
     * The same, and tells which of them it wrote; parameters: {@link KeyArrays#unnested}, each key followed by a number that
     * comes back. Keys themselves are not compared outside the server.
     */
    String repairTelling(Difference difference) {
        return update(difference) + " FROM " + KeyArrays.unnested(numbered()) + " WHERE " + joined() + " AND "
                + guarded(joined(), difference) + " RETURNING " + number();
    }

    /** The numbers of those of the given rows that differ; parameters as {@link #repairTelling}'s. */
    String numbersAmong(Difference difference) {
        return "SELECT " + number() + " FROM " + from + " JOIN " + KeyArrays.unnested(numbered()) + " ON " + joined()
                + " WHERE " + guarded(joined(), difference);
    }

    private List<Column> numbered() {
        List<Column> columns = new ArrayList<>(key);
        columns.add(new Column("number", "integer"));
        return columns;
    }

    private String number() {
        return "infill_k.infill_key_" + numbered().size();
    }

    /** Counts those of the given rows that differ. */
    String countAmong(Difference difference) {
        return "SELECT count(*) FROM " + from + " JOIN " + KeyArrays.unnested(key) + " ON " + joined() + " WHERE "
                + guarded(joined(), difference);
    }

    /** Keys and versions of those of the given rows that differ. */
    String findAmong(Difference difference) {
        return "SELECT " + keyAndVersion() + " FROM " + from + " JOIN " + KeyArrays.unnested(key)
                + " ON " + joined() + " WHERE "
                + guarded(joined(), difference);
    }

    /** What application code must compute of the given rows; parameters: {@link KeyArrays#unnested}, how many at most. */
    String uncomputedAmong() {
        return uncomputed(" JOIN " + KeyArrays.unnested(key) + " ON " + joined() + " WHERE true");
    }

    /** What application code must compute of rows behind some FROM and WHERE. */
    String uncomputed(String rows) {
        ComputedSql sql = Objects.requireNonNull(computed);
        return "SELECT " + sql.columns() + " FROM " + from + rows + sql.uncomputed();
    }

    /** Keys and versions of the given rows, whatever they have in the column. */
    String versions() {
        return "SELECT " + keyAndVersion() + " FROM " + from + " JOIN " + KeyArrays.unnested(key) + " ON " + joined();
    }

    /** Locks the given rows, in their keys' order; parameters: {@link KeyArrays#unnested}. */
    String lock() {
        return "SELECT 1 FROM " + from + " JOIN " + KeyArrays.unnested(key) + " ON " + joined()
                + " FOR NO KEY UPDATE OF " + alias;
    }

    /** Writes those of the given rows that differ and still have the given version, which follows their key's columns. */
    String repairUnchanged(Difference difference) {
        List<Column> withVersion = new ArrayList<>(key);
        withVersion.add(new Column("xmin", "text"));
        return update(difference) + " FROM " + KeyArrays.unnested(withVersion) + " WHERE " + joined() + " AND "
                + version()
                + " = infill_k.infill_key_" + withVersion.size() + " AND "
                + guarded(joined(), difference);
    }

    /** Of several columns one may be written already that must be left as it is. */
    String update(Difference difference) {
        boolean keepsOthers = columns.size() > 1 && difference != Difference.DISTINCT;
        return "UPDATE " + from + " SET "
                + columns.stream()
                        .map(one -> one.column() + " = "
                                + (keepsOthers
                                        ? "coalesce(" + column(one) + ", " + one.expression() + ")"
                                        : one.expression()))
                        .collect(Collectors.joining(", "));
    }

    /** Key and version of a row, the key's columns first. */
    String keyAndVersion() {
        return keyTexts() + ", " + version();
    }

    private String version() {
        return table + ".xmin::text";
    }

    private String column(Filled one) {
        return table + "." + one.column();
    }

    /**
     * The comparison for these rows only. Without it the planner may compare first and look at the keys afterwards, and a
     * row elsewhere for which the expression fails would be taken for one of these.
     */
    String guarded(String rows, Difference difference) {
        return "CASE WHEN " + rows + " THEN " + differs(difference) + " ELSE false END";
    }

    /** Of a row that is to be filled; the others are left, and the expression is not computed for them. */
    String differs(Difference difference) {
        return where == null
                ? isDifferent(difference)
                : "CASE WHEN " + where + " THEN " + isDifferent(difference) + " ELSE false END";
    }

    /** What application code has not computed differs in nothing that could be written. */
    private String isDifferent(Difference difference) {
        return computed == null
                ? isDifferentFromExpression(difference)
                : "CASE WHEN " + computed.isKnown() + " THEN " + isDifferentFromExpression(difference)
                        + " ELSE false END";
    }

    /** A row with any column that is. */
    private String isDifferentFromExpression(Difference difference) {
        String any = columns.stream()
                .map(one -> isDifferentFromExpression(one, difference))
                .collect(Collectors.joining(" OR "));
        return columns.size() == 1 ? any : "(" + any + ")";
    }

    private String isDifferentFromExpression(Filled one, Difference difference) {
        return switch (difference) {
            case NONE -> "false";
            case UNWRITTEN -> column(one) + " IS NULL";
            case MISSING -> "(" + column(one) + " IS NULL AND " + one.expression() + " IS NOT NULL)";
            case DISTINCT -> column(one) + " IS DISTINCT FROM " + one.expression();
        };
    }

    /** An aggregate over rows' keys and values: see {@link RowDigest}. */
    String digest() {
        return digest;
    }

    private String joined() {
        return IntStream.rangeClosed(1, key.size())
                .mapToObj(i -> qualified(key.get(i - 1)) + " = infill_k.infill_key_" + i)
                .collect(Collectors.joining(" AND "));
    }

    /** The key of a row as texts. */
    String keyTexts() {
        return key.stream().map(part -> qualified(part) + "::text").collect(Collectors.joining(", "));
    }

    String qualified(Column part) {
        return table + "." + part.quoted();
    }
}
