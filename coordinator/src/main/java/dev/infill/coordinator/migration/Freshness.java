package dev.infill.coordinator.migration;

import dev.infill.protocol.Progress.Recent;
import dev.infill.protocol.Progress.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** How stale a row is at worst before it is repaired, as far as that is known. */
public sealed interface Freshness {
    /** Workers speak once a second and their words take a moment. */
    Duration LATE_NEWS = Duration.ofSeconds(10);

    /** What is missing, in words; empty where reads may rely on it. */
    Optional<String> missing();

    /** Nothing was changed in the period, so nothing can have been stale. */
    record NothingChanged() implements Freshness {
        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }
    }

    /** The ledger counts changes that nobody has measured. */
    record Unknown() implements Freshness {
        @Override
        public Optional<String> missing() {
            return Optional.of(
                    "the staleness of repairs is not known: changes are repaired, but their measurements do not"
                            + " arrive in the results topic");
        }
    }

    /** It was measured. */
    record Measured(Duration p99, Duration budget, Duration period) implements Freshness {
        @Override
        public Optional<String> missing() {
            return p99.compareTo(budget) <= 0
                    ? Optional.empty()
                    : Optional.of("the staleness of repairs is p99 " + millis(p99) + " ms over the last "
                            + period.toSeconds() + " s, it may be " + millis(budget) + " ms");
        }

        private static String millis(Duration duration) {
            return String.format(Locale.ROOT, "%,d", duration.toMillis());
        }
    }

    /**
     * Judges what was measured by what the ledger knows. What can't be known is taken for bad.
     *
     * @param changed since a change was last handled, by the ledger
     * @param recent empty where no progress is known
     * @param now by the clock of whoever asks; clocks may differ by some seconds
     * @param allowed what it may be, and over which period
     */
    static Freshness of(Duration changed, Optional<Recent> recent, Instant now, Allowed allowed) {
        Duration period = allowed.period();
        if (changed.compareTo(period) > 0) {
            return new NothingChanged();
        }
        boolean isNews = recent.filter(known ->
                        Duration.between(known.until(), now).minus(changed).compareTo(LATE_NEWS) <= 0)
                .isPresent();
        Optional<Window> window = recent.flatMap(known -> known.over(period, now));
        if (!isNews || window.isEmpty()) {
            return new Unknown();
        }
        Duration p99 = Duration.ofNanos(window.get().stalenessMicros().p99() * 1000);
        return new Measured(
                p99, allowed.budget(), Duration.ofSeconds(window.get().seconds()));
    }

    /** What the specification allows. */
    record Allowed(Duration quiet, Duration budget) {
        private static final Duration SHORTEST = Duration.ofSeconds(10);
        private static final Duration LONGEST = Duration.ofMinutes(1);

        /** The quiet time, as far as measurements go back. */
        Duration period() {
            return quiet.compareTo(SHORTEST) < 0 ? SHORTEST : quiet.compareTo(LONGEST) > 0 ? LONGEST : quiet;
        }
    }
}
