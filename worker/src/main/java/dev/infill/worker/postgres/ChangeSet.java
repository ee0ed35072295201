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

/** What lies in a partition, sorted out: each changed row once, and the barriers. */
final class ChangeSet {
    /** Keys of one transaction; a repair's rows are locked no longer than it takes. */
    private static final int CHUNK = 2000;

    private final Map<TableName, Map<Key, List<KeyChanged>>> rows = new LinkedHashMap<>();
    private final List<Long> barriers = new ArrayList<>();

    ChangeSet(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof KeyChanged changed) {
                rows.computeIfAbsent(changed.table(), table -> new LinkedHashMap<>())
                        .computeIfAbsent(changed.key(), key -> new ArrayList<>())
                        .add(changed);
            } else if (change instanceof BarrierReached reached) {
                barriers.add(reached.barrier());
            }
        }
    }

    boolean isOnlyBarriers() {
        return rows.isEmpty();
    }

    List<Long> barriers() {
        return List.copyOf(barriers);
    }

    /** The low 32 bits of the transactions that changed rows of a table. */
    List<Long> transactions(TableName table) {
        return rows.getOrDefault(table, Map.of()).values().stream()
                .flatMap(List::stream)
                .map(KeyChanged::transaction)
                .distinct()
                .toList();
    }

    /** The changed rows of a table, a transaction's worth each. */
    Deque<List<ChangedRow>> chunks(TableName table) {
        List<ChangedRow> all = new ArrayList<>();
        rows.getOrDefault(table, Map.of()).forEach((key, changes) -> all.add(new ChangedRow(key, changes)));
        Deque<List<ChangedRow>> chunks = new ArrayDeque<>();
        for (int from = 0; from < all.size(); from += CHUNK) {
            chunks.add(all.subList(from, Math.min(all.size(), from + CHUNK)));
        }
        return chunks;
    }

    /** A row and everything that was said of it. */
    record ChangedRow(Key key, List<KeyChanged> changes) {}
}
