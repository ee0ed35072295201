package dev.infill.bridge.change;

import dev.infill.protocol.Directive;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the coordinator last said of each migration. A directive that grew old still counts here: while the coordinator is
 * away the application goes on writing, so only {@link Directive.Order#END} or a tombstone ends the capture.
 */
public record CaptureOrders(Map<String, Directive> byMigration, Map<String, Long> epochs) {
    /** Nobody has said anything yet. */
    public static final CaptureOrders NONE = new CaptureOrders(Map.of(), Map.of());

    public CaptureOrders {
        byMigration = Map.copyOf(byMigration);
        epochs = Map.copyOf(epochs);
    }

    /** After a directive; one of a former leader changes nothing. */
    public CaptureOrders with(Directive directive) {
        long epoch = epochs.getOrDefault(directive.database(), Long.MIN_VALUE);
        if (directive.epoch() < epoch) {
            return this;
        }
        return new CaptureOrders(
                with(byMigration, directive.migration(), directive),
                with(epochs, directive.database(), directive.epoch()));
    }

    /** After a tombstone. */
    public CaptureOrders without(String migration) {
        Map<String, Directive> rest = new HashMap<>(byMigration);
        rest.remove(migration);
        return new CaptureOrders(rest, epochs);
    }

    /** The databases whose log has to be read. */
    public Set<String> databases() {
        return byMigration.values().stream()
                .filter(directive -> directive.captured() && directive.order() != Directive.Order.END)
                .map(Directive::database)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> copy = new HashMap<>(map);
        copy.put(key, value);
        return copy;
    }
}
