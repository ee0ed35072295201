package dev.infill.worker.postgres;

import dev.infill.postgres.ledger.WriterLedger.Arrived;
import dev.infill.postgres.ledger.WriterLedger.Name;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.status.Writers;
import dev.infill.worker.postgres.ChangeSet.ChangedRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says of whom rows came that were looked at together, and how. A row that several writers changed since the last look is
 * nobody's: which of them left it wrong can't be told, and a wrong accusation is worse than none.
 */
final class Attribution {
    /** Of a name for each process or request one would keep a row for each. */
    private static final int MOST_NAMES = 50;

    private static final Name NOT_SEEN = new Name(Writers.NOT_SEEN, "");
    private static final Name SEVERAL = new Name(Writers.SEVERAL, "");

    private final List<ChangedRow> rows;

    Attribution(List<ChangedRow> rows) {
        this.rows = rows;
    }

    /** The transactions whose writers must be known. */
    Set<Long> transactions() {
        return rows.stream()
                .flatMap(row -> row.changes().stream())
                .map(KeyChanged::transaction)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Rows by writer.
     *
     * @param names of transactions that were seen at work
     * @param repaired places of rows that had to be written
     * @param differing places of rows that differ and were left
     */
    Map<Name, Arrived> arrived(Map<Long, Name> names, Set<Integer> repaired, Set<Integer> differing) {
        Map<Name, Arrived> arrived = new HashMap<>();
        for (int place = 0; place < rows.size(); place++) {
            Name writer = writer(rows.get(place), names);
            boolean isNew = !arrived.containsKey(writer);
            Name counted = isNew && arrived.size() >= MOST_NAMES ? SEVERAL : writer;
            arrived.merge(counted, one(place, repaired, differing), Arrived::plus);
        }
        return arrived;
    }

    private static Name writer(ChangedRow row, Map<Long, Name> names) {
        Set<Name> writers = row.changes().stream()
                .map(change -> names.getOrDefault(change.transaction(), NOT_SEEN))
                .collect(Collectors.toSet());
        return writers.size() == 1 ? writers.iterator().next() : SEVERAL;
    }

    private static Arrived one(int place, Set<Integer> repaired, Set<Integer> differing) {
        if (repaired.contains(place)) {
            return new Arrived(0, 1, 0);
        }
        return differing.contains(place) ? new Arrived(0, 0, 1) : new Arrived(1, 0, 0);
    }
}
