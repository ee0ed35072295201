package dev.infill.worker.postgres;

import dev.infill.protocol.Change;
import dev.infill.protocol.Change.BarrierReached;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What lies in partitions, sorted out: each changed row once, and the barriers. */
final class ChangeSet {
    /** Keys of one transaction; a repair's rows are locked no longer than it takes. */
    private static final int CHUNK = 2000;

    private final Map<TableName, Map<Key, ChangedRow>> rows = new LinkedHashMap<>();
    private final Map<Integer, List<Long>> barriers = new TreeMap<>();

    /** The changes of each partition, in its order. A row's changes are all in one partition. */
    ChangeSet(Map<Integer, List<Change>> byPartition) {
        byPartition.forEach((partition, changes) -> {
            List<Long> reached = new ArrayList<>();
            barriers.put(partition, reached);
            for (Change change : changes) {
                if (change instanceof KeyChanged changed) {
                    add(partition, changed);
                } else if (change instanceof BarrierReached barrier) {
                    reached.add(barrier.barrier());
                }
            }
        });
    }

    private void add(int partition, KeyChanged changed) {
        rows.computeIfAbsent(changed.table(), table -> new LinkedHashMap<>())
                .computeIfAbsent(changed.key(), key -> new ChangedRow(key, partition, new ArrayList<>()))
                .changes()
                .add(changed);
    }

    /** Whose changes these are; at least one. */
    Set<Integer> partitions() {
        return barriers.keySet();
    }

    boolean isOnlyBarriers() {
        return rows.isEmpty();
    }

    /** The barriers in a partition. */
    List<Long> barriers(int partition) {
        return List.copyOf(barriers.getOrDefault(partition, List.of()));
    }

    /** The low 32 bits of the transactions that changed rows of a table. */
    List<Long> transactions(TableName table) {
        return rows.getOrDefault(table, Map.of()).values().stream()
                .flatMap(row -> row.changes().stream())
                .map(KeyChanged::transaction)
                .distinct()
                .toList();
    }

    /** The changed rows of a table, a transaction's worth each. */
    Deque<List<ChangedRow>> chunks(TableName table) {
        List<ChangedRow> all = List.copyOf(rows.getOrDefault(table, Map.of()).values());
        Deque<List<ChangedRow>> chunks = new ArrayDeque<>();
        for (int from = 0; from < all.size(); from += CHUNK) {
            chunks.add(all.subList(from, Math.min(all.size(), from + CHUNK)));
        }
        return chunks;
    }

    /** A row and everything that was said of it. */
    record ChangedRow(Key key, int partition, List<KeyChanged> changes) {}
}
