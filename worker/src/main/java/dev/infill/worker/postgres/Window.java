package dev.infill.worker.postgres;

import dev.infill.protocol.Key;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a range for one batch.
 *
 * @param from inside; null: from the first key on
 * @param to outside; null: to the last key and beyond
 * @param rows as they were counted when it was cut, or {@link #UNCOUNTED}
 * @param isLast whether nothing of the range comes after it
 */
record Window(@Nullable Key from, @Nullable Key to, long rows, boolean isLast) {
    /** Whoever works on the window counts its rows. */
    static final long UNCOUNTED = -1;
}
