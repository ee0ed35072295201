package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLook;
import dev.infill.postgres.ledger.MigrationLook.Counters;
import dev.infill.postgres.ledger.MigrationLook.Position;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Rows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LeaderMeters meters = new LeaderMeters(registry, "shop");

    private static MigrationLook look(Memo memo) {
        return new MigrationLook(
                "orders",
                "",
                new Position(Stage.FILL, Standing.RUNNING, null, Ownership.DERIVED, null, Instant.EPOCH, Instant.EPOCH),
                1,
                memo,
                new Counters(new Ranges(10, 4, 3, 2, 1, 0), 10, "", 0, 0),
                new Rows(0, 0, 0, 0, 0, 0, 0),
                List.of(),
                List.of());
    }

    @Test
    void showsTasksByState() {
        meters.show(List.of(look(Memo.EMPTY)), 4096);

        assertThat(registry.get("infill.tasks")
                        .tags("migration", "orders", "state", "open")
                        .gauge()
                        .value())
                .isEqualTo(4);
        assertThat(registry.get("infill.tasks").tags("state", "running").gauge().value())
                .isEqualTo(3);
        assertThat(registry.get("infill.wal.retained.bytes")
                        .tags("database", "shop")
                        .gauge()
                        .value())
                .isEqualTo(4096);
        assertThat(registry.find("infill.migration.throttled").gauge()).isNull();
    }

    @Test
    void namesWhatThrottlesWithoutItsFigures() {
        meters.show(List.of(look(Memo.EMPTY.withPace(0.5, "WAL retained by the slot 5000 MB > 4096 MB"))), 0);

        assertThat(registry.get("infill.migration.throttled")
                        .tags("reason", "WAL retained by the slot")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("infill.pace").gauge().value()).isEqualTo(0.5);
    }

    @Test
    void showsNothingOfWhatIsOverOrLedByAnother() {
        meters.show(List.of(look(Memo.EMPTY)), 4096);

        meters.forget();

        assertThat(registry.getMeters()).isEmpty();
    }
}
