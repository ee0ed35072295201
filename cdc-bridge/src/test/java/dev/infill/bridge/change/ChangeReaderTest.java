package dev.infill.bridge.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Change;
import dev.infill.protocol.Key;
import dev.infill.protocol.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeReaderTest {
    private static final TableName TABLE = new TableName("public", "t");

    private final ChangeReader reader = new ChangeReader();

    @Test
    void aRowBecomesAChangedKeyWithItsTransactionAndTime() {
        Batch batch = reader.read(List.of(new LogEntry.RowChanged(TABLE, Key.of("1"), 7, 100, 12345)));

        assertThat(batch.changes()).containsExactly(new Change.KeyChanged(TABLE, Key.of("1"), 7, 100, 12345));
    }

    @Test
    void rowsOfAMarkedTransactionAreDropped() {
        Batch batch = reader.read(List.of(row("1", 7), message("infill.fill", "", 8), row("2", 8), row("3", 9)));

        assertThat(keys(batch)).containsExactly("1", "3");
    }

    @Test
    void theMarkHoldsIntoTheNextBatch() {
        reader.read(List.of(message("infill.fill", "", 8), row("1", 8)));

        Batch batch = reader.read(List.of(row("2", 8), message("infill.heartbeat", "", -1), row("3", 8), row("4", 9)));

        assertThat(keys(batch)).containsExactly("4");
    }

    @Test
    void theMarkEndsWithItsTransactionBecauseIdsComeAgain() {
        reader.read(List.of(message("infill.fill", "", 8), row("1", 8), row("2", 9)));

        assertThat(keys(reader.read(List.of(row("3", 8))))).containsExactly("3");
    }

    @Test
    void aMarkOutsideOfATransactionMarksNothing() {
        Batch batch = reader.read(List.of(message("infill.fill", "", LogEntry.NO_TRANSACTION), row("1", 7)));

        assertThat(keys(batch)).containsExactly("1");
    }

    @Test
    void messagesOfOthersMeanNothing() {
        Batch batch = reader.read(List.of(
                message("infill.heartbeat", "", 7),
                message("infill.barrier", "not a number", 7),
                message("x", "1", 7)));

        assertThat(batch).isEqualTo(new Batch(List.of(), List.of()));
    }

    @Test
    void aBarrierKeepsItsPlaceAmongTheChanges() {
        Batch batch = reader.read(List.of(row("1", 7), message("infill.barrier", "42", 8), row("2", 9)));

        assertThat(batch.changes()).hasSize(3).element(1).isEqualTo(new Change.BarrierReached(42));
    }

    @Test
    void heartbeatsAreNumbersInTheirOrder() {
        Batch batch = reader.read(List.of(message("infill.beat", "5", 7), row("1", 8), message("infill.beat", "6", 9)));

        assertThat(batch.beats()).containsExactly(5L, 6L);
    }

    private static LogEntry row(String key, long transaction) {
        return new LogEntry.RowChanged(TABLE, Key.of(key), transaction, 1, 1);
    }

    private static LogEntry message(String prefix, String content, long transaction) {
        return new LogEntry.Message(prefix, content, transaction);
    }

    private static List<String> keys(Batch batch) {
        return batch.changes().stream()
                .map(change -> ((Change.KeyChanged) change).key().values().get(0))
                .toList();
    }
}
