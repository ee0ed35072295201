package dev.infill.bridge.change;

import java.time.Duration;
import java.time.Instant;

/**
 * Judges a running engine by our own clock. What moved through it says that it lives; its own word does not.
 *
 * @param patience how long the log may be silent although heartbeats were put into it. Grows each time it was in vain: decoding
 *     one huge transaction is silent too, and beginning again would never end it.
 */
public record Supervision(Duration patience) {
    /** After a start and whenever something moved. */
    public static final Supervision FIRST = new Supervision(Duration.ofSeconds(20));

    private static final Duration LONGEST = Duration.ofMinutes(20);
    /** An engine takes about a second to connect, but it reads the whole catalog first. */
    private static final Duration START = Duration.ofSeconds(10);

    /**
     * What is seen of an engine.
     *
     * @param startedAt when it was built
     * @param newsAt when something from the log last came through, or {@code startedAt}
     * @param delivering whether it waits for Kafka: then it can't bring news
     * @param readsSlot whether the server has a session of ours reading the slot
     * @param behind whether heartbeats are in the log that did not come through
     */
    public record Sight(Instant startedAt, Instant newsAt, boolean delivering, boolean readsSlot, boolean behind) {}

    /** Why the engine has to be built anew; empty when it does not. */
    public String verdict(Sight sight, Instant now) {
        Instant quietSince = sight.newsAt().isAfter(sight.startedAt()) ? sight.newsAt() : sight.startedAt();
        Duration quiet = Duration.between(quietSince, now);
        if (sight.delivering()) {
            return "";
        }
        if (!sight.readsSlot() && quiet.compareTo(patience.plus(START)) > 0) {
            return "nobody reads the slot";
        }
        if (sight.behind() && quiet.compareTo(patience) > 0) {
            return "nothing came from the log for " + quiet.toSeconds() + " seconds";
        }
        return "";
    }

    /** After an engine was given up for its silence. */
    public Supervision morePatient() {
        Duration doubled = patience.multipliedBy(2);
        return new Supervision(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled);
    }
}
