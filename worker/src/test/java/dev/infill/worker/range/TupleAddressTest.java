package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.infill.protocol.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TupleAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"(0,0)", "(0,1)", "(640,291)", "(4294967294,65535)"})
    void readsWhatTheServerPrintsAndPrintsItAgain(String text) {
        assertThat(TupleAddress.text(TupleAddress.parse(text))).isEqualTo(text);
    }

    @Test
    void isOrderedByPageAndThenByPlace() {
        assertThat(TupleAddress.parse("(2,1)")).isGreaterThan(TupleAddress.parse("(1,65535)"));
        assertThat(TupleAddress.parse("(2,2)")).isGreaterThan(TupleAddress.parse("(2,1)"));
    }

    @Test
    void tellsThePageOfABound() {
        assertThat(TupleAddress.bound(640)).isEqualTo(Key.of("(640,0)"));
        assertThat(TupleAddress.page(Key.of("(640,25)"))).isEqualTo(640);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12,3", "(12)", "(12,3", "(,)", "(a,1)"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> TupleAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
