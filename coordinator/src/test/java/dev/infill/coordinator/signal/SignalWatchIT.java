package dev.infill.coordinator.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.pace.Reading;
import dev.infill.coordinator.pace.Reading.Measured;
import dev.infill.coordinator.pace.Reading.Unreadable;
import dev.infill.coordinator.pace.Signal;
import dev.infill.coordinator.signal.SignalWatch.Sensed;
import dev.infill.coordinator.signal.SignalWatch.Target;
import dev.infill.coordinator.signal.SignalWatch.Watched;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.protocol.TableName;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class SignalWatchIT {
    private TestDatabase database;
    private SignalWatch watch;

    @BeforeEach
    void start(TestDatabase fresh) throws SQLException {
        database = fresh;
        database.execute(
                "CREATE TABLE orders (shop int, id bigint, total bigint, PRIMARY KEY (shop, id))",
                "INSERT INTO orders SELECT n % 7, n, n FROM generate_series(1, 2000) n");
        try (Connection connection = database.connect()) {
            LedgerSchema.createIfMissing(connection);
        }
        watch = new SignalWatch(new DatabaseUrl(Map.of()).parse("shop", database.url()));
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    private static Target target(String migration, @Nullable String query) {
        return new Target(
                migration,
                new TableName("public", "orders"),
                List.of(new Column("shop", "integer"), new Column("id", "bigint")),
                query);
    }

    private Sensed awaitSensed() {
        return await().atMost(Duration.ofSeconds(20)).until(watch::take, sensed -> sensed != null);
    }

    @Test
    void everySignalIsReadAndWhatFailsHidesNoOther() {
        watch.watch(new Watched(List.of(target("a", "SELECT 7"), target("b", "SELECT 1 / 0")), true));

        Sensed sensed = awaitSensed();

        assertThat(sensed.of("a").keySet()).containsExactlyInAnyOrder(Signal.values());
        assertThat(sensed.of("a").values()).allMatch(Measured.class::isInstance);
        assertThat(sensed.of("a")).containsEntry(Signal.QUERY, new Measured(7));
        assertThat(sensed.of("b")).containsEntry(Signal.QUERY, new Unreadable("SQLSTATE 22012"));
    }

    @Test
    void anOperatorsQueryCannotWrite() {
        watch.watch(new Watched(List.of(target("a", "DELETE FROM public.orders RETURNING 1")), true));

        Sensed sensed = awaitSensed();

        assertThat(sensed.of("a")).containsEntry(Signal.QUERY, new Unreadable("SQLSTATE 25006"));
    }

    @Test
    void theProbeKnowsAfterFiveQuietSecondsWhatTheApplicationFeels() throws SQLException {
        watch.watch(new Watched(List.of(target("a", null)), true));

        Sensed sensed = await().atMost(Duration.ofSeconds(30))
                .until(watch::take, read -> read != null && read.quietMicros().isPresent());

        assertThat(sensed.quietMicros().getAsLong()).isBetween(50L, 5_000_000L);
        assertThat(Long.parseLong(String.valueOf(database.value("SELECT beat FROM infill.probe"))))
                .isGreaterThanOrEqualTo(50);
    }

    @Test
    void aProbeWithoutAnswerIsUnreadable() throws SQLException {
        database.execute("DROP TABLE infill.probe");
        watch.watch(new Watched(List.of(target("a", null)), true));

        Reading latency = await().atMost(Duration.ofSeconds(30))
                .until(() -> awaitSensed().of("a").get(Signal.LATENCY), reading -> reading instanceof Unreadable);

        assertThat(latency)
                .isEqualTo(new Unreadable(
                        "the probe has no answer (SQLSTATE 42P01);" + " it reads the table and writes infill.probe"));
    }
}
