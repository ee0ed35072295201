package dev.infill.coordinator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.migration.Freshness.Allowed;
import dev.infill.coordinator.migration.Freshness.Measured;
import dev.infill.coordinator.migration.Freshness.NothingChanged;
import dev.infill.coordinator.migration.Freshness.Unknown;
import dev.infill.protocol.Progress.Percentiles;
import dev.infill.protocol.Progress.Recent;
import dev.infill.protocol.Progress.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration JUST_NOW = Duration.ofSeconds(1);
    private static final Allowed ALLOWED = new Allowed(Duration.ofSeconds(60), Duration.ofMillis(200));

    private static Optional<Recent> until(Instant until) {
        return Optional.of(new Recent(
                until,
                List.of(
                        new Window(10, 5, new Percentiles(1000, 10_000, 10_000)),
                        new Window(60, 50, new Percentiles(1000, 90_000, 99_000)))));
    }

    @Test
    void isWhatWasMeasuredOverThePeriod() {
        Freshness freshness = Freshness.of(JUST_NOW, until(NOW.minusSeconds(2)), NOW, ALLOWED);

        assertThat(freshness)
                .isEqualTo(new Measured(Duration.ofMillis(90), Duration.ofMillis(200), Duration.ofMinutes(1)));
        assertThat(freshness.missing()).isEmpty();
    }

    @Test
    void looksBackNoFartherThanIsAskedFor() {
        Allowed brief = new Allowed(Duration.ofSeconds(2), Duration.ofMillis(5));

        Freshness freshness = Freshness.of(JUST_NOW, until(NOW.minusSeconds(2)), NOW, brief);

        assertThat(freshness)
                .isEqualTo(new Measured(Duration.ofMillis(10), Duration.ofMillis(5), Duration.ofSeconds(10)));
        assertThat(freshness.missing()).isPresent();
    }

    @Test
    void isUnknownWithoutProgressWhereTheLedgerCountsChanges() {
        Freshness freshness = Freshness.of(JUST_NOW, Optional.empty(), NOW, ALLOWED);

        assertThat(freshness).isEqualTo(new Unknown());
        assertThat(freshness.missing()).isPresent();
    }

    @Test
    void isUnknownWhereMeasurementsStoppedAndChangesDidNot() {
        assertThat(Freshness.of(JUST_NOW, until(NOW.minusSeconds(12)), NOW, ALLOWED))
                .isEqualTo(new Unknown());
        assertThat(Freshness.of(Duration.ofSeconds(5), until(NOW.minusSeconds(12)), NOW, ALLOWED))
                .isInstanceOf(Measured.class);
    }

    @Test
    void nothingIsStaleWhereNothingChanges() {
        assertThat(Freshness.of(Duration.ofSeconds(61), Optional.empty(), NOW, ALLOWED))
                .isEqualTo(new NothingChanged());
    }
}
