package dev.infill.worker.postgres;

import dev.infill.protocol.RangeTask;
import dev.infill.worker.range.BatchSize;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers which batch size fitted last, so that each range need not find out anew. */
final class BatchSizes {
    private final Map<String, BatchSize> last = new ConcurrentHashMap<>();

    BatchSize first(RangeTask task) {
        return last.getOrDefault(name(task), BatchSize.FIRST);
    }

    void remember(RangeTask task, BatchSize size) {
        last.put(name(task), size);
    }

    private static String name(RangeTask task) {
        return task.migration() + "/" + task.kind();
    }
}
