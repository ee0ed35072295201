package dev.infill.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.infill.specification.Specification.Limits;
import dev.infill.specification.Specification.Pace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacesTest {
    private static final String PLAIN = """
            migration: a
            database: shop
            table: orders
            column: {name: b, type: text}
            fill: {expression: "upper(c)"}
            """;
    private static final String PACED = PLAIN + "pace: {batch: 200ms, maxReplicaLag: 9s}\n";

    @Test
    void isTheSpecificationsUntilAnOperatorChangesIt() {
        assertThat(Paces.of(PLAIN, null)).isEqualTo(Pace.DEFAULT);
        assertThat(Paces.of(PACED, null).batch()).isEqualTo(Duration.ofMillis(200));
        assertThat(Paces.of(PACED, "{\"batch\": \"50ms\"}").batch()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aChangeReplacesTheFieldsThatItNamesAndTakesAwayThoseThatAreNull() {
        String first = Paces.patched(PACED, null, "{\"batch\": \"50ms\"}");
        String second = Paces.patched(PACED, first, "{\"maxReplicaLag\": null, \"maxLatency\": \"off\"}");

        assertThat(first).isEqualTo("{\"batch\":\"50ms\",\"maxReplicaLag\":\"9s\"}");
        assertThat(second).isEqualTo("{\"batch\":\"50ms\",\"maxLatency\":\"off\"}");
        assertThat(Paces.of(PACED, second).limits().latency()).isNull();
    }

    @Test
    void fullGuardsNothingButTheDisk() {
        assertThat(Paces.of(PLAIN + "pace: full\n", null)).isEqualTo(Pace.FULL);
        assertThat(Paces.of(PACED, Paces.patched(PACED, null, "\"full\""))).isEqualTo(Pace.FULL);
        assertThat(Pace.FULL.limits().retainedWalBytes()).isEqualTo(Limits.DEFAULT.retainedWalBytes());
        assertThat(Pace.FULL.limits().latency()).isNull();
    }

    @Test
    void aBudgetAfterFullPaceBeginsWithTheDefaults() {
        String budget = Paces.patched(PACED, "\"full\"", "{\"maxReplicaLag\": \"2s\"}");

        assertThat(Paces.of(PACED, budget).limits().latency()).isEqualTo(Limits.AS_BEFORE);
        assertThat(Paces.of(PACED, budget).limits().replicaLag()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void saysWhichFieldIsWrong() {
        SpecificationException flaw = catchThrowableOfType(
                SpecificationException.class, () -> Paces.patched(PLAIN, null, "{\"maxReplicationLag\": \"2s\"}"));

        assertThat(flaw.code()).isEqualTo("unknown-field");
        assertThat(flaw.field()).isEqualTo("pace.maxReplicationLag");
        assertThat(flaw.suggestion()).contains("maxReplicaLag");
    }
}
