package dev.infill.bridge.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BeatLineTest {
    @Test
    void goesOnWithTheNextNumbers() {
        assertThat(BeatLine.after(4).with(List.of(5L, 6L))).isEqualTo(new BeatLine(6, 0));
    }

    @Test
    void whatComesAgainIsNoGap() {
        assertThat(BeatLine.after(6).with(List.of(4L, 5L, 6L, 7L))).isEqualTo(new BeatLine(7, 0));
        assertThat(BeatLine.after(6).with(List.of(2L))).isEqualTo(BeatLine.after(6));
    }

    @Test
    void aNumberLeftOutIsAGap() {
        assertThat(BeatLine.after(4).with(List.of(6L, 7L, 9L))).isEqualTo(new BeatLine(9, 2));
    }

    @Test
    void theFirstNumberFollowsAFreshLedger() {
        assertThat(BeatLine.after(0).with(List.of(1L))).isEqualTo(new BeatLine(1, 0));
    }
}
