package dev.infill.worker.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.Ownership;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    @Test
    void neverOverwritesWhatTheApplicationWroteOnPurpose() {
        assertThat(Difference.toWrite(Keep.DERIVED, Ownership.DERIVED)).isEqualTo(Difference.DISTINCT);
        assertThat(Difference.toWrite(Keep.DERIVED, Ownership.DUAL)).isEqualTo(Difference.MISSING);
        assertThat(Difference.toWrite(Keep.DERIVED, Ownership.APPLICATION)).isEqualTo(Difference.NONE);
        assertThat(Difference.toWrite(Keep.ONCE, Ownership.DERIVED)).isEqualTo(Difference.UNWRITTEN);
        assertThat(Difference.toWrite(Keep.ONCE, Ownership.DUAL)).isEqualTo(Difference.UNWRITTEN);
    }

    @Test
    void suspectsOnlyWhatOughtToBeRight() {
        assertThat(Difference.toSuspect(Keep.DERIVED, Ownership.DERIVED)).isEqualTo(Difference.DISTINCT);
        assertThat(Difference.toSuspect(Keep.ONCE, Ownership.DERIVED)).isEqualTo(Difference.MISSING);
        assertThat(Difference.toSuspect(Keep.DERIVED, Ownership.DUAL)).isEqualTo(Difference.MISSING);
        assertThat(Difference.toSuspect(Keep.DERIVED, Ownership.APPLICATION)).isEqualTo(Difference.NONE);
    }
}
