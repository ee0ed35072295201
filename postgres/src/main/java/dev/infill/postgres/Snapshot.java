package dev.infill.postgres;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A server's snapshot as {@code pg_current_snapshot()} prints it, and what it sees.
 *
 * @param xmin every transaction before it is over
 * @param xmax no transaction from it on is visible
 * @param running those between that were not over
 */
public record Snapshot(long xmin, long xmax, Set<Long> running) {
    private static final long EPOCH = 1L << 32;
    /** A transaction that runs may be beyond xmax by what others took since, never by that many. */
    private static final long FARTHEST_AHEAD = 1L << 30;

    public Snapshot {
        running = Set.copyOf(running);
    }

    /** Reads {@code 10:20:10,14,15}. */
    public static Snapshot parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a snapshot looks like 10:20:10,14,15, got '" + text + "'");
        }
        Set<Long> running = parts[2].isEmpty()
                ? Set.of()
                : Arrays.stream(parts[2].split(",")).map(Long::valueOf).collect(Collectors.toSet());
        return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
    }

    /**
     * The full id of a transaction of which only the low 32 bits are known: the one nearest to this snapshot, reaching
     * farther back than ahead. It may well be xmax or beyond: then it is running, and this snapshot does not see it.
     */
    public long widen(long low32) {
        long ahead = Math.floorMod(low32 - xmax, EPOCH);
        return ahead <= FARTHEST_AHEAD ? xmax + ahead : xmax + ahead - EPOCH;
    }

    /** Whether a committed transaction with this full id is visible. */
    public boolean sees(long xid) {
        return xid < xmin || (xid < xmax && !running.contains(xid));
    }
}
