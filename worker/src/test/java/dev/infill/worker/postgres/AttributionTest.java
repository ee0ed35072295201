package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.ledger.WriterLedger.Arrived;
import dev.infill.postgres.ledger.WriterLedger.Name;
import dev.infill.protocol.Change.KeyChanged;
import dev.infill.protocol.Key;
import dev.infill.worker.postgres.ChangeSet.ChangedRow;
import dev.infill.worker.scene.Scene;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AttributionTest {
    private static final Name OLD = new Name("shop-v1", "shop");
    private static final Name NEW = new Name("shop-v2", "shop");
    private static final Name NOT_SEEN = new Name("(not seen)", "");
    private static final Name SEVERAL = new Name("(several)", "");

    private static ChangedRow row(long... transactions) {
        List<KeyChanged> changes = LongStream.of(transactions)
                .mapToObj(xid -> new KeyChanged(Scene.ORDERS, Key.of("1"), xid, 0, 0))
                .toList();
        return new ChangedRow(Key.of("1"), 0, changes);
    }

    @Test
    void saysOfEachWriterHowItsRowsArrived() {
        Attribution attribution = new Attribution(List.of(row(1), row(2), row(1, 1), row(2), row(3)));

        Map<Name, Arrived> arrived = attribution.arrived(Map.of(1L, OLD, 2L, NEW), Set.of(0, 2), Set.of(3));

        assertThat(attribution.transactions()).containsExactly(1L, 2L, 3L);
        assertThat(arrived)
                .containsOnly(
                        Map.entry(OLD, new Arrived(0, 2, 0)),
                        Map.entry(NEW, new Arrived(1, 0, 1)),
                        Map.entry(NOT_SEEN, new Arrived(1, 0, 0)));
    }

    @Test
    void accusesNobodyOfARowThatSeveralChanged() {
        Attribution attribution = new Attribution(List.of(row(1, 2), row(1, 3)));

        Map<Name, Arrived> arrived = attribution.arrived(Map.of(1L, OLD, 2L, NEW), Set.of(0, 1), Set.of());

        assertThat(arrived).containsOnly(Map.entry(SEVERAL, new Arrived(0, 2, 0)));
    }

    @Test
    void keepsNoRowForEachOfEndlesslyManyNames() {
        Map<Long, Name> names = new HashMap<>();
        LongStream.range(0, 2000).forEach(xid -> names.put(xid, new Name("request-" + xid, "shop")));
        Attribution attribution = new Attribution(
                IntStream.range(0, 2000).mapToObj(xid -> row(xid)).toList());

        Map<Name, Arrived> arrived = attribution.arrived(names, Set.of(), Set.of());

        assertThat(arrived).hasSizeLessThan(60);
        assertThat(arrived.values().stream().mapToLong(Arrived::right).sum()).isEqualTo(2000);
    }
}
