package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.migration.RangeKind.Facts;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RangeKindTest {
    @Test
    void keysThatFollowTheHeapAreWalkedByKeyUpwardsAndDownwards() {
        assertThat(kind(new Facts(1, 0.93, 500_000, false))).isEqualTo(RangeKind.KEY);
        assertThat(kind(new Facts(1, -1.0, 500_000, false))).isEqualTo(RangeKind.KEY);
    }

    @Test
    void everythingElseIsWalkedByPages() {
        assertThat(kind(new Facts(1, 0.02, 500_000, false))).as("a random key").isEqualTo(RangeKind.PAGES);
        assertThat(kind(new Facts(2, 1.0, 500_000, false)))
                .as("a composite key")
                .isEqualTo(RangeKind.PAGES);
        assertThat(kind(new Facts(1, null, 0, false))).as("an unknown table").isEqualTo(RangeKind.PAGES);
        assertThat(kind(new Facts(1, 1.0, 1_000_000_000L, false)))
                .as("a table whose index is too large to be read for cutting")
                .isEqualTo(RangeKind.PAGES);
    }

    @Test
    void theSpecificationHasTheLastWord() {
        assertThat(RangeKind.choose(Optional.of(RangeKind.KEY), new Facts(2, null, 0, false))
                        .kind())
                .isEqualTo(RangeKind.KEY);
        assertThat(RangeKind.choose(Optional.of(RangeKind.PAGES), new Facts(1, 1.0, 10, false))
                        .kind())
                .isEqualTo(RangeKind.PAGES);
    }

    @Test
    void saysWhyInWords() {
        assertThat(RangeKind.choose(Optional.empty(), new Facts(1, 0.021, 10, false))
                        .why())
                .isEqualTo("correlation of the key with the physical order: 0.02");
    }

    private static RangeKind kind(Facts facts) {
        return RangeKind.choose(Optional.empty(), facts).kind();
    }
}
