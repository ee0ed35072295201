package dev.infill.coordinator.stream;

import dev.infill.protocol.Result;
import dev.infill.protocol.Result.RangeReported;
import dev.infill.protocol.Result.RepairsMeasured;
import dev.infill.protocol.json.Json;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sums results up by migration and says so once a second where something changed. */
final class ProgressProcessor implements Processor<String, byte[], String, byte[]> {
    private static final Logger log = LoggerFactory.getLogger(ProgressProcessor.class);
    private static final Duration SAY_EVERY = Duration.ofSeconds(1);
    private static final Duration TIDY_EVERY = Duration.ofHours(1);
    private static final Duration FORGET_AFTER = Duration.ofDays(7);
    /** Ends a migration's name in a range's key; names have no slash. */
    private static final char SLASH = '/';

    private final Set<String> changed = new HashSet<>();
    private @Nullable Stores stores;

    private record Stores(
            ProcessorContext<String, byte[]> context,
            KeyValueStore<String, RangeReported> ranges,
            KeyValueStore<String, Tally> tallies) {}

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        stores = new Stores(
                context,
                context.getStateStore(ProgressTopology.RANGES),
                context.getStateStore(ProgressTopology.TALLIES));
        context.schedule(SAY_EVERY, PunctuationType.WALL_CLOCK_TIME, this::say);
        context.schedule(TIDY_EVERY, PunctuationType.WALL_CLOCK_TIME, this::forgetOld);
    }

    @Override
    public void process(Record<String, byte[]> message) {
        if (message.value() == null) {
            return;
        }
        try {
            Result result = Json.read(message.value(), Result.class);
            if (result instanceof RangeReported report) {
                add(report);
            } else if (result instanceof RepairsMeasured measured) {
                add(measured);
            }
        } catch (UncheckedIOException | IllegalArgumentException e) {
            // One message that nobody can read must not stop the picture of all migrations.
            log.warn(
                    "A result of migration {} can't be read and is left out ({}).",
                    message.key(),
                    e.getClass().getSimpleName());
        }
    }

    private void add(RangeReported report) {
        String key = report.migration() + SLASH + report.task().range();
        Tally tally = tally(report.migration());
        RangeReported last = stores().ranges().get(key);
        if (tally.accepts(report, last)) {
            save(report.migration(), tally.plus(report, last));
            stores().ranges().put(key, report);
        }
    }

    private void add(RepairsMeasured measured) {
        save(measured.migration(), tally(measured.migration()).plus(measured));
    }

    private Tally tally(String migration) {
        return Objects.requireNonNullElse(stores().tallies().get(migration), Tally.EMPTY);
    }

    private void save(String migration, Tally tally) {
        stores().tallies().put(migration, tally);
        changed.add(migration);
    }

    private void say(long now) {
        for (String migration : changed) {
            byte[] progress = Json.bytes(tally(migration).progress(migration));
            stores().context().forward(new Record<>(migration, progress, now));
        }
        changed.clear();
    }

    private void forgetOld(long now) {
        Instant limit = Instant.ofEpochMilli(now).minus(FORGET_AFTER);
        List<String> old = new ArrayList<>();
        try (KeyValueIterator<String, Tally> all = stores().tallies().all()) {
            while (all.hasNext()) {
                KeyValue<String, Tally> next = all.next();
                if (next.value.at().isBefore(limit)) {
                    old.add(next.key);
                }
            }
        }
        old.forEach(migration -> forget(migration, now));
    }

    @SuppressWarnings("NullAway") // A tombstone is a record without a value.
    private void forget(String migration, long now) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, RangeReported> ranges =
                stores().ranges().range(migration + SLASH, migration + (char) (SLASH + 1))) {
            ranges.forEachRemaining(range -> keys.add(range.key));
        }
        keys.forEach(key -> stores().ranges().delete(key));
        stores().tallies().delete(migration);
        changed.remove(migration);
        stores().context().forward(new Record<>(migration, null, now));
    }

    private Stores stores() {
        return Objects.requireNonNull(stores, "init comes first");
    }
}
