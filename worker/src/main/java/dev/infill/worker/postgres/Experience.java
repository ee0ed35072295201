package dev.infill.worker.postgres;

import dev.infill.protocol.RangeTask;
import dev.infill.worker.range.BatchSize;
import dev.infill.worker.range.Stripes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what fitted last, so that each range need not find out anew. */
final class Experience {
    private static final BatchSize FIRST_REGION = new BatchSize(5000);

    private final Map<String, BatchSize> sizes = new ConcurrentHashMap<>();
    private final Map<String, BatchSize> regions = new ConcurrentHashMap<>();
    private final Map<String, Stripes> stripes = new ConcurrentHashMap<>();
    private final Set<String> costly = ConcurrentHashMap.newKeySet();

    BatchSize size(RangeTask task) {
        return sizes.getOrDefault(name(task), BatchSize.FIRST);
    }

    void remember(RangeTask task, BatchSize size) {
        sizes.put(name(task), size);
    }

    /** How many rows a region may have, so that computing the expression for each of them does not take long. */
    BatchSize region(RangeTask task) {
        return regions.getOrDefault(task.migration(), FIRST_REGION);
    }

    void rememberRegion(RangeTask task, BatchSize size) {
        regions.put(task.migration(), size);
    }

    /** Whether the expression is too costly, or too likely to fail, to be computed just to know which rows differ. */
    boolean isCostly(RangeTask task) {
        return costly.contains(task.migration());
    }

    void rememberCostly(RangeTask task) {
        costly.add(task.migration());
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
