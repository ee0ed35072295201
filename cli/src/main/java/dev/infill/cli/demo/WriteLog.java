package dev.infill.cli.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What one shopper was told is committed: the last word on every order that it touched. Used by one thread at a time. */
final class WriteLog {
    private final Map<Long, Written> last = new HashMap<>();
    private final Set<Long> doubtful = new HashSet<>();

    /**
     * The last word on an order.
     *
     * @param there false when it was deleted or got another key
     * @param cents its total; -1 when no write of ours set it
     * @param number of the write, which stands in the order's note
     */
    record Written(boolean there, long cents, long number) {}

    void put(long id, long cents, long number) {
        last.put(id, new Written(true, cents, number));
    }

    /** The note changed, the total did not. */
    void putNote(long id, long number) {
        put(id, cents(id), number);
    }

    void gone(long id, long number) {
        last.put(id, new Written(false, -1, number));
    }

    /** The order goes on under another key. */
    void moved(long from, long to, long number) {
        put(to, cents(from), number);
        gone(from, number);
    }

    /** A write failed, so what is in the database may be from before or after it: nothing can be said about this order any more. */
    void doubt(long id) {
        last.remove(id);
        doubtful.add(id);
    }

    /** Whether the order can be written. */
    boolean isThere(long id) {
        Written written = last.get(id);
        return !doubtful.contains(id) && (written == null || written.there());
    }

    private long cents(long id) {
        Written written = last.get(id);
        return written == null ? -1 : written.cents();
    }

    Map<Long, Written> all() {
        return Map.copyOf(last);
    }
}
