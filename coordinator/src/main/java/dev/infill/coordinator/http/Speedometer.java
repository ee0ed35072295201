package dev.infill.coordinator.http;

import dev.infill.postgres.ledger.MigrationLook;
import dev.infill.postgres.ledger.MigrationLook.Counters;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows a second, from looks at the ledger's counters some time apart. */
final class Speedometer {
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final int MAX_LOOKS = 64;

    private final InstantSource clock;
    private final Map<String, Deque<Look>> looks = new HashMap<>();

    Speedometer(InstantSource clock) {
        this.clock = clock;
    }

    private record Look(int pass, long rowsRead, Instant at) {}

    /** Notes the counters; answers the rows read a second over the last seconds, or over the pass where nobody looked before. */
    synchronized double rowsPerSecond(MigrationLook look) {
        Instant now = clock.instant();
        Counters counters = look.counters();
        Deque<Look> earlier = looks.computeIfAbsent(look.name(), name -> new ArrayDeque<>());
        earlier.removeIf(old -> old.pass() != look.pass() || old.at().isBefore(now.minus(LONGEST)));
        Look first = earlier.peekFirst();
        Look last = earlier.peekLast();
        if (last == null || !last.at().plus(SHORTEST).isAfter(now)) {
            earlier.addLast(new Look(look.pass(), counters.rowsRead(), now));
        }
        if (earlier.size() > MAX_LOOKS) {
            earlier.removeFirst();
        }
        if (first == null || first.at().plus(SHORTEST).isAfter(now)) {
            return counters.passSeconds() > 0 && open(counters.ranges()) > 0
                    ? counters.rowsRead() / counters.passSeconds()
                    : 0;
        }
        double seconds = Duration.between(first.at(), now).toMillis() / 1000.0;
        return Math.max(0, counters.rowsRead() - first.rowsRead()) / seconds;
    }

    /** Forgets a migration that is over. */
    synchronized void forget(String migration) {
        looks.remove(migration);
    }

    /** The time that the running pass still takes at this speed; null when nobody can know. */
    static @Nullable Long secondsLeft(MigrationLook look, double rowsPerSecond) {
        Counters counters = look.counters();
        Ranges ranges = counters.ranges();
        long open = open(ranges);
        if (open == 0 || rowsPerSecond <= 0) {
            return null;
        }
        // Ranges are about equal, so the closed ones tell what the open ones hold; before the first one closes the
        // planner must do.
        long closed = ranges.total() - open;
        double perRange = closed > 0
                ? Math.max(1, (double) counters.rowsRead() / (closed + ranges.running() / 2.0))
                : (double) look.rows().expected() / Math.max(1, counters.cut());
        double left = perRange * ranges.total() - counters.rowsRead();
        return left <= 0 ? null : Math.round(left / rowsPerSecond);
    }

    /** Tasks of the running pass that are not done. */
    static long open(Ranges ranges) {
        return ranges.open() + ranges.running();
    }
}
