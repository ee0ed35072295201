package dev.infill.postgres.ledger;

import dev.infill.protocol.Key;
import dev.infill.protocol.RangeState;
import dev.infill.protocol.Result;
import dev.infill.protocol.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range as the ledger has it for whoever holds its claim.
 *
 * @param lower inside; null: from the first key on
 * @param upper outside; null: to the last key and beyond
 * @param at how far it is
 * @param plan how it was cut
 */
public record ClaimedRange(
        Claim claim,
        RangeState state,
        @Nullable Key lower,
        @Nullable Key upper,
        Progress at,
        Plan plan) {

    /**
     * How a range was cut.
     *
     * @param rows about as many as it had then; 0: nobody knows
     * @param relation the table or partition whose pages its bounds speak of; null: they are keys
     */
    public record Plan(long rows, @Nullable TableName relation) {
        /** Whether its bounds are addresses of rows and not keys. */
        public boolean byPages() {
            return relation != null;
        }
    }

    /**
     * How far a range is.
     *
     * @param cursor where the next batch begins; null: at the lower bound
     * @param postponed rows behind the cursor that others held locked
     * @param rows of this pass
     * @param digest of the rows that a verify pass has met; 0 before it has met any
     */
    public record Progress(@Nullable Key cursor, List<Key> postponed, Result.Rows rows, long digest) {
        public Progress {
            postponed = List.copyOf(postponed);
        }

        /** After a batch. */
        public Progress moved(@Nullable Key to, long read, long changed) {
            return new Progress(to, postponed, new Result.Rows(rows.read() + read, rows.changed() + changed), digest);
        }

        /** With other rows postponed. */
        public Progress postponing(List<Key> keys) {
            return new Progress(cursor, keys, rows, digest);
        }

        /** With more rows in the digest. */
        public Progress digesting(long more) {
            return new Progress(cursor, postponed, rows, digest ^ more);
        }
    }
}
