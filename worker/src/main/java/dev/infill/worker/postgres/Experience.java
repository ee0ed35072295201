package dev.infill.worker.postgres;

import dev.infill.protocol.RangeTask;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Stripes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what fitted last, so that each range need not find out anew. */
final class Experience {
    private final Map<String, BatchSize> sizes = new ConcurrentHashMap<>();
    private final Map<String, Stripes> stripes = new ConcurrentHashMap<>();

    BatchSize size(RangeTask task) {
        return sizes.getOrDefault(name(task), BatchSize.FIRST);
    }

    void remember(RangeTask task, BatchSize size) {
        sizes.put(name(task), size);
    }

    Optional<Stripes> stripes(RangeTask task) {
        return Optional.ofNullable(stripes.get(task.migration()));
    }

    void remember(RangeTask task, Stripes fitting) {
        stripes.put(task.migration(), fitting);
    }

    private static String name(RangeTask task) {
        return task.migration() + "/" + task.kind();
    }
}
