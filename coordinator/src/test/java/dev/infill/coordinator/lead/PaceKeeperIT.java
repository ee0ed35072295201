package dev.infill.coordinator.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.infill.coordinator.pace.Governor;
import dev.infill.coordinator.signal.SignalWatch;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Lease;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.PaceLedger;
import dev.infill.protocol.Column;
import dev.infill.protocol.Directive.Pace;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Protection.Rest;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.ManualClock;
import dev.infill.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class PaceKeeperIT {
    private static final String NAME = "orders-total-cents";
    private static final String SPECIFICATION = """
            migration: orders-total-cents
            database: shop
            table: orders
            column: {name: total_cents, type: bigint}
            fill: {expression: total * 100}
            """;

    private final ManualClock clock = new ManualClock();
    private TestDatabase database;
    private Connection connection;
    private LeaderSession session;
    private PaceKeeper keeper;

    @BeforeEach
    void lead(TestDatabase fresh) throws SQLException {
        database = fresh;
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint)",
                "INSERT INTO orders SELECT n, n FROM generate_series(1, 2000) n");
        connection = database.connect();
        LedgerSchema.createIfMissing(connection);
        session = new LeaderSession(
                connection, "test", Lease.take(connection, "test").orElseThrow());
        Column id = new Column("id", "bigint");
        Migration migration = new Migration(
                NAME,
                "shop",
                new TableName("public", "orders"),
                List.of(id),
                new Column("total_cents", "bigint"),
                new Migration.Fill("total * 100", Migration.Keep.DERIVED));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO infill.migration (name, specification, definition, memo, stage) VALUES (?, ?, ?::jsonb, ?::jsonb, 'fill')")) {
            insert.setString(1, NAME);
            insert.setString(2, SPECIFICATION);
            insert.setString(3, Json.write(migration));
            insert.setString(4, Json.write(Memo.EMPTY.withBegun(true)));
            insert.executeUpdate();
        }
        keeper = new PaceKeeper(new SignalWatch(new DatabaseUrl(Map.of()).parse("shop", database.url())), clock);
    }

    @AfterEach
    void stop() throws SQLException {
        keeper.close();
        connection.close();
    }

    private Pace next() throws SQLException {
        List<MigrationRow> rows = MigrationLedger.all(connection);
        keeper.look(session, rows);
        return keeper.next(session, rows.get(0));
    }

    private Pace await(Predicate<Pace> wanted) {
        return org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(300))
                .until(this::next, wanted);
    }

    private void want(String pace) throws SQLException {
        PaceLedger.want(connection, NAME, pace, new Act("ann", pace));
    }

    @Test
    void measuresTheApplicationFirstAndThenBeginsSlowly() throws SQLException {
        Pace first = next();
        Pace measuring = await(pace -> String.valueOf(pace.throttledBy()).startsWith("measuring"));
        Pace begun = await(pace -> pace.value() > 0);

        assertThat(first.value()).isZero();
        assertThat(measuring.value()).isZero();
        assertThat(begun.value()).isLessThan(0.5);
        assertThat(PaceLedger.baseline(connection)).isPresent();
        assertThat(PaceLedger.protection(connection, NAME).rests())
                .extracting(Rest::reason)
                .contains("measuring the application's latency before the fill");
    }

    @Test
    void latencyThatStaysWhileTheFillRestsIsNotTheFills() throws SQLException {
        PaceLedger.saveBaseline(connection, 1000);
        database.execute(
                "UPDATE infill.migration SET memo = memo || '{\"pace\": 0.01}'",
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END'",
                "CREATE TRIGGER slow BEFORE UPDATE ON infill.probe FOR EACH ROW EXECUTE FUNCTION slow()");

        Pace held = await(pace -> String.valueOf(pace.throttledBy()).startsWith("application latency"));
        Pace absolved = await(pace -> pace.value() > 0.05);

        assertThat(held.value()).isLessThan(0.02);
        assertThat(absolved.value()).isGreaterThan(held.value());
        assertThat(PaceLedger.baseline(connection))
                .as("what a successor starts from")
                .hasValue(1000);
    }

    @Test
    void waitsWithItsSlowStartUntilThereAreTasks() throws SQLException {
        database.execute("UPDATE infill.migration SET memo = memo || '{\"begun\": false}'");

        assertThat(next()).isEqualTo(new Pace(0, "the table is being cut into ranges"));
        assertThat(next()).isEqualTo(new Pace(0, "the table is being cut into ranges"));
        assertThat(PaceLedger.protection(connection, NAME).rests()).isEmpty();
    }

    @Test
    void anOperatorChangesEveryBudgetWhileItRuns() throws SQLException {
        want("{\"maxLatency\": \"off\"}");
        Pace begun = await(pace -> pace.value() > 0);
        assertThat(begun.batch()).isEqualTo(Governor.batch(Duration.ofMillis(100), begun.value()));

        want(
                "{\"maxLatency\": \"off\", \"batch\": \"50ms\", \"query\": {\"name\": \"mails\", \"sql\": \"SELECT 30\", \"max\": 10}}");

        Pace held = await(pace -> String.valueOf(pace.throttledBy()).startsWith("mails"));
        assertThat(held).isEqualTo(new Pace(0, "mails 30 > 10", Governor.batch(Duration.ofMillis(50), 0)));
        assertThat(MigrationLedger.all(connection).get(0).memo().throttledBy()).isEqualTo("mails 30 > 10");
        assertThat(PaceLedger.signals(connection, NAME).get(0).words()).isEqualTo("mails 30 > 10");

        want("{\"maxLatency\": \"off\"}");

        assertThat(await(pace -> pace.value() > 0).throttledBy()).isNotNull();
    }

    @Test
    void holdsWhileASignalCannotBeRead() throws SQLException {
        want("{\"maxLatency\": \"off\", \"query\": {\"name\": \"mails\", \"sql\": \"SELECT nothing\", \"max\": 10}}");

        Pace held = await(pace -> String.valueOf(pace.throttledBy()).startsWith("mails"));

        assertThat(held.value()).isZero();
        assertThat(held.throttledBy()).isEqualTo("mails can't be read: SQLSTATE 42703");
    }

    @Test
    void worksOnlyInsideTheWindowAndInItsTimeZone() throws SQLException {
        want("{\"maxLatency\": \"off\", \"window\": \"22:00-06:00 Asia/Tokyo\"}");

        Pace before = next(); // at 21:00 in Tokyo
        clock.advance(Duration.ofMinutes(61));
        Pace inside = await(pace -> pace.value() > 0);

        assertThat(before).isEqualTo(new Pace(0, "outside the window 22:00-06:00 Asia/Tokyo"));
        assertThat(inside.value()).isPositive();
        assertThat(PaceLedger.protection(connection, NAME).rests())
                .extracting(Rest::reason)
                .doesNotContain("outside the window");
    }

    @Test
    void fullPaceGuardsNothingButTheDisk() throws SQLException {
        want("\"full\"");

        Pace full = await(pace -> pace.value() == 1);

        assertThat(full.throttledBy()).isNull();
        assertThat(PaceLedger.signals(connection, NAME))
                .extracting(signal -> signal.signal())
                .containsExactlyInAnyOrder("WAL retained by slots", "WAL archive backlog");
    }

    @Test
    void whatIsFilledIsNotHeldBackAnyMore() throws SQLException {
        next();
        database.execute("UPDATE infill.migration SET stage = 'index'");

        Pace after = next();

        assertThat(after).isEqualTo(Pace.FULL);
        assertThat(MigrationLedger.all(connection).get(0).memo().throttledBy()).isNull();
    }
}
