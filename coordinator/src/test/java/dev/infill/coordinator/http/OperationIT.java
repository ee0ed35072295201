package dev.infill.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.coordinator.http.Api.Answer;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.MigrationStatus.GateStatus;
import dev.infill.testkit.ClusterExtension;
import dev.infill.testkit.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ClusterExtension.class)
class OperationIT {
    private static final String PATH = "/v1/migrations/orders-total-cents";

    private TestDatabase database;
    private Api api;

    @BeforeEach
    void submit(TestDatabase fresh) throws SQLException {
        database = fresh;
        api = Api.over(fresh);
        database.execute("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2))");
        api.post("/v1/migrations", SubmissionIT.SPECIFICATION);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "running, pause, paused",
        "paused, resume, running",
        "failed, resume, running",
        "refused, resume, running",
        "paused, cancel, cancelling",
        "running, rollback, rolling-back",
        "cancelling, rollback, rolling-back",
        "paused, pause, paused"
    })
    void obeysWhereItMay(String before, String command, String after) throws SQLException {
        database.execute("UPDATE infill.migration SET problem = 'x', standing = '" + before + "'");

        Answer answer = api.post(PATH + "/" + command, "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.migration().standing()).isEqualTo(Standing.of(after));
    }

    @ParameterizedTest
    @CsvSource({"cancelling, pause", "rolling-back, cancel", "rolling-back, resume", "failed, pause"})
    void refusesWhatMakesNoSense(String before, String command) throws SQLException {
        database.execute("UPDATE infill.migration SET standing = '" + before + "'");

        Answer answer = api.post(PATH + "/" + command, "");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem().code()).isEqualTo("not-now");
        assertThat(database.value("SELECT standing FROM infill.migration")).isEqualTo(before);
    }

    @Test
    void notesWhoDidWhat() throws SQLException {
        api.post(PATH + "/pause", "", "X-Infill-Actor", "ann");

        String last = database.value("SELECT actor || ' ' || action FROM infill.audit ORDER BY id DESC LIMIT 1");
        assertThat(last).isEqualTo("ann paused");
    }

    @Test
    void opensAGateOnAPersonsWord() throws SQLException {
        database.execute("UPDATE infill.migration SET stage = 'sync'");

        Answer answer = api.post(
                PATH + "/gates/writes",
                "{\"reason\": \"all pods are new\"}",
                "X-Infill-Actor",
                "ann",
                "Content-Type",
                "application/json");

        GateStatus gate = answer.migration().gates().stream()
                .filter(status -> status.gate() == Gate.WRITES)
                .findFirst()
                .orElseThrow();
        assertThat(gate.open()).isTrue();
        assertThat(gate.openedBy()).isEqualTo("ann");
        assertThat(database.value("SELECT evidence FROM infill.gate")).isEqualTo("all pods are new");
    }

    @Test
    void aPersonsWordReplacesEvidence() throws SQLException {
        database.execute(
                "UPDATE infill.migration SET stage = 'sync'",
                "INSERT INTO infill.gate VALUES ('orders-total-cents', 'reads', 'evidence', now(), 'measured')");

        api.post(PATH + "/gates/reads", "", "X-Infill-Actor", "ann");

        assertThat(database.value("SELECT opened_by FROM infill.gate")).isEqualTo("ann");
    }

    @Test
    void noGateOpensBeforeTheColumnIsProven() {
        Answer answer = api.post(PATH + "/gates/reads", "");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem().code()).isEqualTo("too-early");
    }

    @Test
    void aBodyThatIsNoJsonIsAProblem() throws SQLException {
        database.execute("UPDATE infill.migration SET stage = 'sync'");

        Answer answer = api.post(PATH + "/gates/reads", "{reason", "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem().code()).isEqualTo("invalid-json");
    }

    @Test
    void anUnknownGateIsAnsweredWithTheKnownOnes() {
        Answer answer = api.post(PATH + "/gates/deletes", "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem().detail()).contains("reads, writes");
    }

    @Test
    void whatIsOverObeysNoMore() throws SQLException {
        database.execute(Reports.INSERT.formatted("complete", "complete"), "DELETE FROM infill.migration");

        Answer paused = api.post(PATH + "/pause", "");
        Answer status = api.get(PATH);
        Answer report = api.get(PATH + "/report");
        Answer all = api.get("/v1/migrations");

        assertThat(paused.status()).isEqualTo(409);
        assertThat(paused.problem().code()).isEqualTo("over");
        assertThat(status.migration().outcome()).isEqualTo("complete");
        assertThat(status.migration().stage()).isEqualTo(Stage.FILL);
        assertThat(report.body()).contains("\"walBytes\":1");
        assertThat(all.body()).contains("\"outcome\":\"complete\"");
    }

    @Test
    void thereIsNoReportBeforeTheEnd() {
        assertThat(api.get(PATH + "/report").problem().code()).isEqualTo("no-report");
    }
}
