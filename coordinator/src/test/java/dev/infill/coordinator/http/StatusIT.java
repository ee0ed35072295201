package dev.infill.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.http.Api.Answer;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Progress.Percentiles;
import dev.infill.protocol.Progress.Recent;
import dev.infill.protocol.Progress.Repairs;
import dev.infill.protocol.Progress.Tasks;
import dev.infill.protocol.Progress.Window;
import dev.infill.protocol.Result.Rows;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.status.MigrationStatus;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.protocol.status.MigrationStatus.Ranges;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ClusterExtension.class)
class StatusIT {
    private static final String PATH = "/v1/migrations/orders-total-cents";

    private TestDatabase database;
    private Api api;

    @BeforeEach
    void submit(TestDatabase fresh) throws SQLException {
        database = fresh;
        api = Api.over(fresh);
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))",
                "INSERT INTO orders SELECT n, n FROM generate_series(1, 1000) n",
                "ANALYZE orders");
        api.post("/v1/migrations", SubmissionIT.SPECIFICATION);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void countsTheRunningPass() throws SQLException {
        database.execute(
                "UPDATE infill.migration SET stage = 'fill', pass = 2, pass_kind = 'fill'",
                """
                INSERT INTO infill.range (migration, number, pass, state, rows_read, filled_rows)
                VALUES ('orders-total-cents', 0, 2, 'done', 100, 90),
                       ('orders-total-cents', 1, 2, 'running', 50, 50),
                       ('orders-total-cents', 2, 2, 'open', 0, 0),
                       ('orders-total-cents', 3, 1, 'done', 100, 100)
                """,
                "INSERT INTO infill.repair (migration, partition, changes, repaired)"
                        + " VALUES ('orders-total-cents', 0, 5, 2), ('orders-total-cents', 1, 4, 1)",
                "INSERT INTO infill.rejected (migration, key, sqlstate) VALUES ('orders-total-cents', '{7}', '22003')");

        MigrationStatus status = api.get(PATH).migration();

        assertThat(status.work().ranges()).isEqualTo(new Ranges(3, 1, 1, 1, 0, 0));
        assertThat(status.work().tasksOpen()).isEqualTo(2);
        assertThat(status.work().rows()).isEqualTo(new MigrationStatus.Rows(1000, 240, 0, 9, 3, 1, 0));
    }

    @Test
    void measuresTheSpeedBetweenTwoLooks() throws SQLException {
        database.execute("UPDATE infill.migration SET stage = 'fill', pass = 1, pass_kind = 'fill'", """
                INSERT INTO infill.range (migration, number, pass, state, rows_read)
                VALUES ('orders-total-cents', 0, 1, 'done', 100),
                       ('orders-total-cents', 1, 1, 'open', 0),
                       ('orders-total-cents', 2, 1, 'open', 0),
                       ('orders-total-cents', 3, 1, 'open', 0)
                """);
        api.get(PATH);
        api.clock().advance(Duration.ofSeconds(4));
        database.execute("UPDATE infill.range SET state = 'done', rows_read = 100 WHERE number = 1");

        MigrationStatus status = api.get(PATH).migration();

        assertThat(status.speed().rowsPerSecond()).isEqualTo(25);
        assertThat(status.speed().secondsLeft()).isEqualTo(8);
    }

    @Test
    void tellsWhatTheCoordinatorNotedDown() throws SQLException {
        database.execute("""
                UPDATE infill.migration
                   SET memo = '{"pace": 0.5, "throttledBy": "replication lag", "missing": {"writes": ["a person"]}}'
                """);

        MigrationStatus status = api.get(PATH).migration();

        assertThat(status.speed().pace()).isEqualTo(0.5);
        assertThat(status.speed().throttledBy()).isEqualTo("replication lag");
        assertThat(status.gates()).contains(new GateStatus(Gate.WRITES, false, null, null, List.of("a person")));
    }

    @Test
    void tellsTheStalenessThatTheResultsTopicKnows() {
        api.knows(new Progress(
                "orders-total-cents",
                1,
                new Tasks(TaskKind.FILL, 1, 2),
                new Rows(3, 3),
                new Repairs(
                        1,
                        1,
                        new Percentiles(2000, 3_000_000, 9_000_000),
                        new Recent(
                                api.clock().instant(),
                                List.of(new Window(60, 1, new Percentiles(1500, 20_000, 30_000))))),
                Instant.EPOCH));

        assertThat(api.get(PATH).migration().speed().staleness()).isEqualTo(new Staleness(1.5, 20, 30));

        api.clock().advance(Duration.ofSeconds(61));
        assertThat(api.get(PATH).migration().speed().staleness()).isEqualTo(new Staleness(0, 0, 0));
    }

    @Test
    void whatWasVerifiedStaysCountedWhileAndAfterItsSuspectsAreLookedAtAgain() throws SQLException {
        database.execute(
                "UPDATE infill.migration SET stage = 'verify', pass = 3, pass_kind = 'recheck'",
                """
                INSERT INTO infill.range (migration, number, pass, kind, state, rows_read)
                VALUES ('orders-total-cents', 0, 2, 'verify', 'done', 400),
                       ('orders-total-cents', 1, 3, 'recheck', 'open', 350),
                       ('orders-total-cents', 2, 3, 'recheck', 'done', 250),
                       ('orders-total-cents', 3, 1, 'fill', 'overflowed', 90)
                """,
                "INSERT INTO infill.suspect VALUES ('orders-total-cents', 1, '{7}', '1')");

        assertThat(api.get(PATH).migration().work().rows().verified()).isEqualTo(999);

        database.execute("DELETE FROM infill.suspect", "UPDATE infill.range SET state = 'done' WHERE number = 1");
        assertThat(api.get(PATH).migration().work().rows().verified()).isEqualTo(1000);
    }

    @Test
    void nullsAreSaid() {
        assertThat(api.get(PATH).body()).contains("\"outcome\":null", "\"secondsLeft\":null", "\"problem\":null");
    }

    @Test
    void publishesTheSchema() {
        Answer answer = api.get("/v1/schema");

        assertThat(answer.type()).isEqualTo("application/schema+json");
        assertThat(answer.body()).contains("urn:infill:specification:1");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/migrations/nobody, 404, unknown-migration",
        "/v1/migrations/nobody/report, 404, unknown-migration",
        "/v1/nowhere, 404, not-found",
        "/v1/migrations/orders-total-cents/pause, 405, method-not-allowed",
        "/v1/migrations?database=other, 400, unknown-database"
    })
    void everyRefusalIsAProblem(String path, int status, String code) {
        Answer answer = api.get(path);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.problem().code()).isEqualTo(code);
    }

    @Test
    void aDatabaseThatIsAwayIsUnavailable() {
        try (Api broken = Api.overNothing(database)) {
            Answer answer = broken.get("/v1/migrations");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.problem().code()).isEqualTo("database-unavailable");
            assertThat(answer.problem().detail()).contains("'shop'").doesNotContain("_gone");
        }
    }
}
