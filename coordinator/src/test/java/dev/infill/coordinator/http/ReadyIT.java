package dev.infill.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.http.Api.Answer;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Progress.Percentiles;
import dev.infill.protocol.Progress.Recent;
import dev.infill.protocol.Progress.Repairs;
import dev.infill.protocol.Progress.Tasks;
import dev.infill.protocol.Progress.Window;
import dev.infill.protocol.Result.Rows;
import dev.infill.protocol.TaskKind;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Readiness;
import dev.infill.protocol.status.Writers.Writer;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A migration in sync, everything alive and proven, both gates still closed; writes wait for a person. */
@ExtendWith(ClusterExtension.class)
class ReadyIT {
    private static final String PATH = "/v1/migrations/orders-total-cents";
    private static final String OPEN =
            "INSERT INTO infill.gate VALUES ('orders-total-cents', '%s', '%s', now(), 'because')";
    private static final String REPAIRED_JUST_NOW = """
            INSERT INTO infill.repair (migration, partition, changes, repaired, last_repair_at, last_change_at)
            VALUES ('orders-total-cents', 0, 7, 3, now(), now())
            """;

    private TestDatabase database;
    private Api api;

    @BeforeEach
    void submit(TestDatabase fresh) throws SQLException {
        database = fresh;
        api = Api.over(fresh);
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))");
        api.post("/v1/migrations", SubmissionIT.SPECIFICATION);
        database.execute(
                "UPDATE infill.migration SET stage = 'sync', stage_since = now() - interval '2 minutes'",
                "INSERT INTO infill.range (migration, number, kind, state, verified_at)"
                        + " VALUES ('orders-total-cents', 0, 'verify', 'done', now())",
                "INSERT INTO infill.capture (slot, publication, seen_at) VALUES ('s', 'p', now())",
                "INSERT INTO infill.barrier (partitions) VALUES (1)",
                "INSERT INTO infill.barrier_passed SELECT id, 0 FROM infill.barrier");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Readiness ready(String question) {
        Answer answer = api.get(PATH + "/ready/" + question);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body(), Readiness.class);
    }

    private void knowsStaleness(long p99Micros) {
        api.knows(new Progress(
                "orders-total-cents",
                1,
                new Tasks(TaskKind.VERIFY, 0, 1),
                new Rows(1, 0),
                new Repairs(
                        7,
                        3,
                        new Percentiles(1, 1, 1),
                        new Recent(
                                api.clock().instant(),
                                List.of(new Window(60, 7, new Percentiles(1000, p99Micros, p99Micros))))),
                Instant.EPOCH));
    }

    @Test
    void isReadyWhereTheGateIsOpenAndItsEvidenceStillHolds() throws SQLException {
        database.execute(OPEN.formatted("reads", "evidence"), REPAIRED_JUST_NOW);
        knowsStaleness(90_000);

        Readiness readiness = ready("reads");

        assertThat(readiness.missing()).isEmpty();
        assertThat(readiness.ready()).isTrue();
        assertThat(readiness.measured().stalenessP99Millis()).isEqualTo(90);
        assertThat(readiness.measured().stalenessBudgetMillis()).isEqualTo(1000);
    }

    @Test
    void isNotReadyWhereTheEvidenceIsGoneThatHadOpenedTheGate() throws SQLException {
        database.execute(OPEN.formatted("reads", "evidence"), REPAIRED_JUST_NOW);

        assertThat(ready("reads").missing()).singleElement().asString().contains("staleness of repairs is not known");

        knowsStaleness(1_500_000);
        assertThat(ready("reads").missing()).singleElement().asString().contains("p99 1,500 ms");

        database.execute("UPDATE infill.gate SET opened_by = 'ann'");
        assertThat(ready("reads").ready()).isTrue();
    }

    @Test
    void failsClosedWhereNobodyRepairs() throws SQLException {
        database.execute(
                OPEN.formatted("reads", "evidence"),
                "UPDATE infill.barrier SET emitted_at = now() - interval '25 seconds'");

        assertThat(ready("reads").missing()).singleElement().asString().contains("no barrier has passed");

        database.execute("UPDATE infill.capture SET seen_at = now() - interval '11 seconds'");
        assertThat(ready("reads").missing()).singleElement().asString().contains("no heartbeat");
    }

    @Test
    void writesNeedAPersonAndSayWhoStillWritesTheOldWay() throws SQLException {
        database.execute(
                REPAIRED_JUST_NOW,
                "UPDATE infill.migration SET memo = '{\"missing\": {\"writes\": [\"a person''s approval\"]}}'",
                """
                INSERT INTO infill.writer (migration, partition, minute, application, role, arrived_right, repaired, differing,
                                           last_repaired_at)
                VALUES ('orders-total-cents', 0, date_trunc('minute', now()), 'shop-v1', 'shop', 10, 3, 0, now()),
                       ('orders-total-cents', 1, date_trunc('minute', now()), 'shop-v1', 'shop', 1, 2, 0, now()),
                       ('orders-total-cents', 0, date_trunc('minute', now()), 'shop-v2', 'shop', 20, 0, 0, NULL),
                       ('orders-total-cents', 0, date_trunc('minute', now()), '(not seen)', '', 64, 0, 0, NULL),
                       ('orders-total-cents', 0, now() - interval '2 hours', 'shop-v0', 'shop', 9, 9, 0, NULL)
                """);

        Readiness readiness = ready("writes");

        assertThat(readiness.ready()).isFalse();
        assertThat(readiness.missing()).hasSize(2);
        assertThat(readiness.missing().get(0))
                .contains("had to be repaired 0 s ago", "seen at it: shop-v1 (role shop)");
        assertThat(readiness.missing().get(1)).isEqualTo("a person's approval");
        assertThat(readiness.measured().writers().each())
                .extracting(Writer::application, Writer::arrivedRight, Writer::repaired)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("shop-v1", 11L, 5L),
                        org.assertj.core.groups.Tuple.tuple("(not seen)", 64L, 0L),
                        org.assertj.core.groups.Tuple.tuple("shop-v2", 20L, 0L));
        assertThat(readiness.measured().writers().rows()).isEqualTo(100);
        assertThat(readiness.measured().writers().knownRows()).isEqualTo(36);
    }

    @Test
    void constraintsWaitThoughAPersonApprovedTheWrites() throws SQLException {
        database.execute(OPEN.formatted("reads", "evidence"), OPEN.formatted("writes", "ann"), REPAIRED_JUST_NOW);
        knowsStaleness(90_000);

        assertThat(ready("writes").ready()).isTrue();
        assertThat(ready("constraints").missing()).singleElement().asString().contains("had to be repaired 0 s ago");

        database.execute("UPDATE infill.repair SET last_repair_at = now() - interval '61 seconds'");
        assertThat(ready("constraints").missing()).containsExactly("the coordinator has not opened the gate yet");
        database.execute("UPDATE infill.migration SET stage = 'enforce'");
        assertThat(ready("constraints").ready()).isTrue();
    }

    @Test
    void nothingIsReadyBeforeSyncAndInTrouble() throws SQLException {
        database.execute("UPDATE infill.migration SET stage = 'verify'");
        assertThat(ready("reads").missing())
                .containsExactly("the column is not proven yet, the migration is in verify");

        database.execute(
                OPEN.formatted("reads", "ann"), "UPDATE infill.migration SET stage = 'sync', standing = 'paused'");
        assertThat(ready("reads").missing()).containsExactly("the migration is paused");

        database.execute("UPDATE infill.migration SET stage = 'enforce', standing = 'failed', problem = 'why'");
        assertThat(ready("reads").missing()).containsExactly("the migration is failed: why");
    }

    @Test
    void everythingIsReadyWhenItIsComplete() throws SQLException {
        database.execute(Reports.INSERT.formatted("complete", "complete"), "DELETE FROM infill.migration");

        assertThat(ready("constraints").ready()).isTrue();
        assertThat(api.get(PATH + "/ready/deletes").problem().detail()).contains("reads, writes, constraints");
    }
}
