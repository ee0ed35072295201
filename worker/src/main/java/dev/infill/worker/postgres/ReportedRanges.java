package dev.infill.worker.postgres;

import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import dev.infill.protocol.status.Proof;
import dev.infill.worker.range.TupleAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to walk over all of a table along a report's ranges. Together the stretches hold every row there can be, those with
 * later keys or in later pages too.
 *
 * @param byPages whether their bounds are addresses of rows
 * @param asReported whether they are the report's ranges, so that their digests may be compared
 */
record ReportedRanges(boolean byPages, boolean asReported, List<Stretch> stretches) {
    /** Where a table has another file than the one that was cut, it is walked this many pages at once. */
    private static final long PAGES = 10_000;

    private static final String FILE = """
            SELECT pg_catalog.pg_relation_filenode(c.oid), c.relkind = 'p',
                   pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ?
            """;

    /**
     * One of them.
     *
     * @param reported null: the report knows none like it
     */
    record Stretch(
            Proof.@Nullable Range reported,
            @Nullable Key from,
            @Nullable Key to) {}

    /** The table's file and how many pages it has; a partitioned table has none. */
    private record File(long node, boolean isPartitioned, long pages) {}

    static ReportedRanges of(Connection connection, TableName table, List<Proof.Range> reported) throws SQLException {
        boolean byKey = reported.stream().allMatch(range -> range.fileNode() == null);
        if (byKey) {
            return new ReportedRanges(false, !reported.isEmpty(), withTail(reported, null));
        }
        File file = file(connection, table);
        if (reported.stream().allMatch(range -> Objects.equals(range.fileNode(), file.node()))) {
            return new ReportedRanges(true, true, withTail(reported, file));
        }
        return file.isPartitioned()
                ? new ReportedRanges(false, false, withTail(List.of(), null))
                : new ReportedRanges(true, false, pages(0, file.pages()));
    }

    private static File file(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FILE)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new File(result.getLong(1), result.getBoolean(2), result.getLong(3));
            }
        }
    }

    private static List<Stretch> withTail(List<Proof.Range> reported, @Nullable File file) {
        List<Stretch> stretches = new ArrayList<>();
        for (Proof.Range range : reported) {
            stretches.add(new Stretch(range, key(range.from()), key(range.to())));
        }
        Key end =
                stretches.isEmpty() ? null : stretches.get(stretches.size() - 1).to();
        if (end != null && file != null) {
            stretches.addAll(pages(TupleAddress.page(end), file.pages()));
        } else if (end != null || stretches.isEmpty()) {
            stretches.add(new Stretch(null, end, null));
        }
        return stretches;
    }

    /** From a page to the last one, and beyond: what comes meanwhile is looked at too. */
    private static List<Stretch> pages(long first, long end) {
        List<Stretch> stretches = new ArrayList<>();
        long from = first;
        for (; from < end; from = Math.min(end, from + PAGES)) {
            stretches.add(new Stretch(null, TupleAddress.bound(from), TupleAddress.bound(Math.min(end, from + PAGES))));
        }
        stretches.add(new Stretch(null, TupleAddress.bound(from), null));
        return stretches;
    }

    private static @Nullable Key key(List<String> bound) {
        return bound.isEmpty() ? null : new Key(bound);
    }
}
