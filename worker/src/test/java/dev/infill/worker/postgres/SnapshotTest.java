package dev.infill.worker.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.postgres.Snapshot;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final long LOW_32 = 0xFFFF_FFFFL;

    @Test
    void readsWhatTheServerPrints() {
        assertThat(Snapshot.parse("10:20:10,14,15")).isEqualTo(new Snapshot(10, 20, Set.of(10L, 14L, 15L)));
        assertThat(Snapshot.parse("10:10:")).isEqualTo(new Snapshot(10, 10, Set.of()));
        assertThatThrownBy(() -> Snapshot.parse("10")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seesWhatIsOverAndNothingElse() {
        Snapshot snapshot = Snapshot.parse("10:20:10,14");

        assertThat(snapshot.sees(9)).isTrue();
        assertThat(snapshot.sees(10)).isFalse();
        assertThat(snapshot.sees(11)).isTrue();
        assertThat(snapshot.sees(14)).isFalse();
        assertThat(snapshot.sees(20)).isFalse();
    }

    @Test
    void takesATransactionBeyondTheSnapshotForARunningOne() {
        Snapshot snapshot = Snapshot.parse("100:120:");

        assertThat(snapshot.widen(121)).isEqualTo(121);
        assertThat(snapshot.sees(snapshot.widen(121))).isFalse();
    }

    @Test
    void looksBackAndAheadOverTheEndOfAnEpoch() {
        Snapshot early = new Snapshot((7L << 32) + 5, (7L << 32) + 5, Set.of());
        Snapshot late = new Snapshot((8L << 32) - 5, (8L << 32) - 5, Set.of());

        assertThat(early.widen(LOW_32)).isEqualTo((7L << 32) - 1);
        assertThat(late.widen(3)).isEqualTo((8L << 32) + 3);
    }

    @Test
    void findsAnyTransactionThatIsNearAgainFromItsLowHalf() {
        Random random = new Random(20260301);
        for (int i = 0; i < 200_000; i++) {
            long xmax = (1L << 33) + (random.nextLong() & 0xFFFF_FFFF_FFFFL);
            long distance = (random.nextLong() >>> 32) - (3L << 30);
            Snapshot snapshot = new Snapshot(xmax, xmax, Set.of());
            long xid = xmax + Math.min(distance, 1L << 30);

            assertThat(snapshot.widen(xid & LOW_32)).isEqualTo(xid);
        }
    }
}
