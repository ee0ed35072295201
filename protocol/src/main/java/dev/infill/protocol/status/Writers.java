package dev.infill.protocol.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote the table of late, and whether what arrived was right already.
 *
 * @param seconds how far back this looks
 * @param rows changed rows that were looked at
 * @param knownRows those of them whose writer was seen while it wrote; short transactions are mostly missed
 * @param each those whose changes had to be repaired first
 */
public record Writers(double seconds, long rows, long knownRows, List<Writer> each) {
    /** Nobody was seen. */
    public static final Writers NONE = new Writers(0, 0, 0, List.of());

    /** What stands for a writer that was not seen at work. */
    public static final String NOT_SEEN = "(not seen)";

    /** What stands for the writers of a row that several have changed since it was last looked at. */
    public static final String SEVERAL = "(several)";

    public Writers {
        each = List.copyOf(each);
    }

    /**
     * One version of the application, as the server knows it.
     *
     * @param application its {@code application_name}; may be empty
     * @param role its role in the database; empty for those who are not known
     * @param arrivedRight rows that needed nothing
     * @param repaired rows that had to be written
     * @param differing rows that differed and were left, because the application owns them
     * @param lastRepairedAt null: none of its rows had to be
     */
    public record Writer(
            String application,
            String role,
            long arrivedRight,
            long repaired,
            long differing,
            @Nullable Instant lastRepairedAt) {
        /** Whether this is a writer with a name, and not all those without. */
        public boolean isKnown() {
            return !application.equals(NOT_SEEN) && !application.equals(SEVERAL);
        }

        /** The writer as people are told of it. */
        public String words() {
            String name = application.isEmpty() ? "(no application_name)" : application;
            return role.isEmpty() ? name : name + " (role " + role + ")";
        }
    }
}
