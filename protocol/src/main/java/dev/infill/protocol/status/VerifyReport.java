package dev.infill.protocol.status;

import dev.infill.protocol.Ownership;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report compared with the table as it is now.
 *
 * @param reportedAt when the migration was over
 * @param serverVersion of the server that was asked
 * @param ownership as the report has it: where the application rules, rows may differ on purpose
 * @param breaches what was promised and is not there, rows aside
 */
public record VerifyReport(
        String migration,
        String table,
        String column,
        Instant reportedAt,
        String serverVersion,
        Ownership ownership,
        List<Breach> breaches,
        Rows rows,
        Digests digests) {
    public VerifyReport {
        breaches = List.copyOf(breaches);
    }

    /** Whether everything that was promised is so. */
    public boolean isKept() {
        return breaches.isEmpty() && rows.differing() == 0;
    }

    /** Something that was promised and is not there. */
    public record Breach(String code, String found) {}

    /**
     * The rows.
     *
     * @param differing do not satisfy the promise, those among them for which the expression fails
     * @param where at most the first thousand places
     */
    public record Rows(long compared, long differing, List<Place> where) {
        public Rows {
            where = List.copyOf(where);
        }
    }

    /**
     * A stretch of the table with rows that differ.
     *
     * @param range of the report that it lies in; null: in none
     * @param from where it begins, inside; empty: at the first key
     * @param to where it ends, outside; empty: at the last key and beyond
     * @param failure why the expression could not be computed; null: it could
     */
    public record Place(
            @Nullable Integer range,
            List<String> from,
            List<String> to,
            long rows,
            long differing,
            @Nullable String failure) {
        public Place {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }
    }

    /**
     * What changed since, as far as digests can say.
     *
     * @param comparable whether both were made by one major version of PostgreSQL
     * @param ranges that have a digest in the report and lie where they did
     * @param unchanged of those, the ones whose digest is the same now
     * @param before over all ranges, as reported; null: the report has none
     * @param now over all rows; null where rows were not compared
     */
    public record Digests(
            boolean comparable,
            int ranges,
            int unchanged,
            @Nullable String before,
            @Nullable String now) {
        /** Nothing was compared. */
        public static final Digests NONE = new Digests(false, 0, 0, null, null);
    }
}
