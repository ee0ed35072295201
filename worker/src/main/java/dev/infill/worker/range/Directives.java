package dev.infill.worker.range;

import dev.infill.protocol.Directive;
import dev.infill.protocol.Directive.Order;
import dev.infill.protocol.Directive.Pace;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest directive of each migration and when it was heard; immutable. */
public final class Directives {
    /** Nothing was heard yet. */
    public static final Directives NONE = new Directives(Map.of(), Map.of());

    private static final Duration VALID = Duration.ofSeconds(Directive.VALID_SECONDS);

    private final Map<String, Heard> heard;
    private final Map<String, Long> epochs;

    private Directives(Map<String, Heard> heard, Map<String, Long> epochs) {
        this.heard = Map.copyOf(heard);
        this.epochs = Map.copyOf(epochs);
    }

    /** After hearing a directive; one of an older epoch than its database has seen changes nothing. */
    public Directives hear(Directive directive, Duration at) {
        if (directive.epoch() < epochs.getOrDefault(directive.database(), Long.MIN_VALUE)) {
            return this;
        }
        Map<String, Heard> nextHeard = new HashMap<>(heard);
        nextHeard.put(directive.migration(), new Heard(directive, at));
        Map<String, Long> nextEpochs = new HashMap<>(epochs);
        nextEpochs.put(directive.database(), directive.epoch());
        return new Directives(nextHeard, nextEpochs);
    }

    /** After a tombstone: the migration is not known any more. */
    public Directives forget(String migration) {
        Map<String, Heard> next = new HashMap<>(heard);
        next.remove(migration);
        return new Directives(next, epochs);
    }

    /** The directives of migrations that have not ended, whatever their age. */
    public List<Directive> known() {
        return heard.values().stream()
                .map(Heard::directive)
                .filter(directive -> directive.order() != Order.END)
                .toList();
    }

    /** The known directives of these databases. */
    public List<Directive> of(Collection<String> databases) {
        return known().stream()
                .filter(directive -> databases.contains(directive.database()))
                .toList();
    }

    /** Whether a migration was ended by its coordinator. */
    public boolean hasEnded(String migration) {
        Heard last = heard.get(migration);
        return last != null && last.directive().order() == Order.END;
    }

    /** How hard to push now: zero when told to hold, when nothing was heard, or when it was heard too long ago. */
    public Pace pace(String migration, Duration now) {
        Heard last = heard.get(migration);
        if (last == null || last.directive().order() != Order.RUN) {
            return new Pace(0, "told to hold");
        }
        if (now.minus(last.at()).compareTo(VALID) > 0) {
            return new Pace(0, "no directive heard");
        }
        return last.directive().pace();
    }

    private record Heard(Directive directive, Duration at) {}
}
