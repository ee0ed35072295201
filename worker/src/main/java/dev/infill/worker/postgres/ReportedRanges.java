package dev.infill.worker.postgres;

import dev.infill.postgres.Partitions;
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
 * later keys, in later pages or in later partitions too.
 */
final class ReportedRanges {
    /** A file that the report does not know is walked this many pages at once. */
    private static final long PAGES = 10_000;

    private static final String FILES = """
            SELECT n.nspname, c.relname, pg_catalog.pg_relation_filenode(c.oid),
                   pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid IN (""" + Partitions.LEAVES + """
                   ) ORDER BY c.oid
            """;

    private ReportedRanges() {}

    /**
     * A part of the table.
     *
     * @param reported the range that it is; null: the report knows none like it
     * @param pagesOf the table or partition that its bounds are addresses in; null: they are keys
     */
    record Stretch(
            Proof.@Nullable Range reported,
            @Nullable TableName pagesOf,
            @Nullable Key from,
            @Nullable Key to) {}

    /** A table's file, or a partition's, and how many pages it has. */
    private record File(TableName relation, long node, long pages) {
        boolean holds(Proof.Range range) {
            return Objects.equals(range.pages(), new Proof.Pages(relation, node));
        }
    }

    /** The stretches as the table is now. */
    static List<Stretch> of(Connection connection, TableName table, List<Proof.Range> reported) throws SQLException {
        List<Stretch> stretches = new ArrayList<>();
        if (reported.stream().allMatch(range -> range.pages() == null)) {
            reported.forEach(range -> stretches.add(stretch(range, null)));
            Key end = stretches.isEmpty() ? null : last(stretches).to();
            if (end != null || stretches.isEmpty()) {
                stretches.add(new Stretch(null, null, end, null));
            }
            return stretches;
        }
        for (File file : files(connection, table)) {
            List<Stretch> known = reported.stream()
                    .filter(file::holds)
                    .map(range -> stretch(range, file.relation()))
                    .toList();
            stretches.addAll(known);
            Key end = known.isEmpty() ? null : last(known).to();
            addPages(stretches, file, end == null ? 0 : TupleAddress.page(end));
        }
        return stretches;
    }

    private static List<File> files(Connection connection, TableName table) throws SQLException {
        List<File> files = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(FILES)) {
            statement.setString(1, table.quoted());
            statement.setString(2, table.quoted());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    files.add(new File(
                            new TableName(result.getString(1), result.getString(2)),
                            result.getLong(3),
                            result.getLong(4)));
                }
            }
        }
        return files;
    }

    /** From a page to the last one, and beyond: what comes meanwhile is looked at too. */
    private static void addPages(List<Stretch> stretches, File file, long first) {
        long from = first;
        for (; from < file.pages(); from = Math.min(file.pages(), from + PAGES)) {
            Key to = TupleAddress.bound(Math.min(file.pages(), from + PAGES));
            stretches.add(new Stretch(null, file.relation(), TupleAddress.bound(from), to));
        }
        stretches.add(new Stretch(null, file.relation(), TupleAddress.bound(from), null));
    }

    private static Stretch stretch(Proof.Range range, @Nullable TableName pagesOf) {
        return new Stretch(range, pagesOf, key(range.from()), key(range.to()));
    }

    private static Stretch last(List<Stretch> stretches) {
        return Objects.requireNonNull(stretches.get(stretches.size() - 1));
    }

    private static @Nullable Key key(List<String> bound) {
        return bound.isEmpty() ? null : new Key(bound);
    }
}
