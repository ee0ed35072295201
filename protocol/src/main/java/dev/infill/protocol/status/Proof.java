package dev.infill.protocol.status;

import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What shows that a promise was kept: what was compared and when, what went wrong on the way, who decided.
 *
 * @param serverVersion of PostgreSQL, like {@code 18.6}: digests are compared within a major version only
 * @param ownership who ruled the column at the end
 * @param digest over all ranges; null where one of them has none
 */
public record Proof(
        String serverVersion,
        Ownership ownership,
        @Nullable Digest digest,
        List<Range> ranges,
        Faults faults,
        List<Approval> approvals,
        List<Act> acts) {
    public Proof {
        Objects.requireNonNull(serverVersion, "serverVersion");
        Objects.requireNonNull(ownership, "ownership");
        ranges = ranges == null ? List.of() : List.copyOf(ranges);
        approvals = approvals == null ? List.of() : List.copyOf(approvals);
        acts = acts == null ? List.of() : List.copyOf(acts);
        faults = faults == null ? Faults.NONE : faults;
    }

    /**
     * What all rows added up to, each as it was when it was compared. The application went on writing.
     *
     * @param value 16 hexadecimal digits; it depends neither on how the table was cut nor on where rows lay
     * @param from when the first range was compared
     * @param to when the last one was
     */
    public record Digest(String value, long rows, Instant from, Instant to) {}

    /**
     * A range as its last comparison left it.
     *
     * @param from where it begins, inside; empty: at the first key. Of a page range an address like {@code (640,0)}
     * @param to where it ends, outside; empty: at the last key and beyond
     * @param pages where the bounds are addresses; null: they are keys
     * @param digest over its rows; null where it was not compared to the end
     * @param comparedAt when the last of its rows was met
     * @param verifiedAt when every row that had differed then was cleared; null: it never was
     * @param retaken how often a worker took it from another one that had begun
     * @param errors batches that failed and were tried again
     * @param lastError the last one, without values; null where there was none
     */
    public record Range(
            int number,
            List<String> from,
            List<String> to,
            @Nullable Pages pages,
            long rows,
            long filled,
            long mismatches,
            @Nullable String digest,
            @Nullable Instant comparedAt,
            @Nullable Double compareSeconds,
            @Nullable Instant verifiedAt,
            int retaken,
            int errors,
            @Nullable String lastError) {
        public Range {
            from = from == null ? List.of() : List.copyOf(from);
            to = to == null ? List.of() : List.copyOf(to);
        }
    }

    /**
     * What a page range's bounds are addresses in.
     *
     * @param relation the table, or a partition of it
     * @param fileNode of its file: in another file the same address is another place
     */
    public record Pages(TableName relation, long fileNode) {}

    /**
     * What went wrong on the way.
     *
     * @param retaken ranges that a worker took from another one that had begun
     * @param errors batches that failed and were tried again
     * @param gaps how often changes may have been missed, so that all was filled and verified again
     * @param cutAnew how often the table was rewritten or emptied, so that it was cut anew
     * @param leftDiffering rows that repair found different and left, because the application owned them
     * @param rejections rows that PostgreSQL refused to the end
     */
    public record Faults(
            long retaken, long errors, long gaps, long cutAnew, long leftDiffering, List<Rejection> rejections) {
        /** None. */
        public static final Faults NONE = new Faults(0, 0, 0, 0, 0, List.of());

        public Faults {
            rejections = rejections == null ? List.of() : List.copyOf(rejections);
        }

        /** Whether anything did. */
        public boolean any() {
            return retaken + errors + gaps + cutAnew + leftDiffering > 0 || !rejections.isEmpty();
        }
    }

    /** Rows that PostgreSQL refused for one reason; never their values. */
    public record Rejection(String sqlState, String detail, long rows) {}

    /** A gate that was opened. */
    public record Approval(Gate gate, String by, Instant at, String evidence) {}

    /** A line of the audit. */
    public record Act(Instant at, String actor, String action, String detail) {}
}
