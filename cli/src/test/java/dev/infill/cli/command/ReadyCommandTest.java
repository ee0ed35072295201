package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.command.Terminal.Result;
import dev.infill.cli.outcome.ExitCode;
import dev.infill.cli.sample.FakeCoordinator;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Problem;
import dev.infill.protocol.status.Readiness;
import dev.infill.protocol.status.Readiness.Measured;
import dev.infill.protocol.status.Writers;
import dev.infill.protocol.status.Writers.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadyCommandTest {
    private static final String ASKED = "GET /v1/migrations/a/ready/writes";
    private static final Measured MEASURED = new Measured(
            3,
            60,
            48.0,
            1000,
            new Writers(
                    600,
                    200,
                    50,
                    List.of(
                            new Writer("shop-v1", "shop", 1, 12, 0, null),
                            new Writer("(not seen)", "", 140, 10, 0, null),
                            new Writer("", "batch", 37, 0, 0, null))));

    private final Terminal terminal = new Terminal();
    private FakeCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = new FakeCoordinator();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private Result run(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("ready", "a", "--for", "writes", "--coordinator", coordinator.url()));
        all.addAll(List.of(arguments));
        return terminal.run(all.toArray(new String[0]));
    }

    private static Readiness answer(Standing standing, String... missing) {
        return new Readiness(
                "a",
                Gate.WRITES,
                missing.length == 0,
                Stage.SYNC,
                standing,
                Ownership.DERIVED,
                List.of(missing),
                MEASURED);
    }

    @Test
    void saysYesByExitCodeZero() {
        coordinator.on(ASKED, answer(Standing.RUNNING));

        Result result = run();

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("a   ready for writes\n");
    }

    @Test
    void saysNotYetByExitCodeEightAndWhatIsMissing() {
        coordinator.on(ASKED, answer(Standing.RUNNING, "a row had to be repaired 3 s ago"));

        Result result = run();

        assertThat(result.exitCode()).isEqualTo(8);
        assertThat(result.out()).isEqualTo("""
                a   not ready for writes
                 missing    a row had to be repaired 3 s ago
                 staleness  p99 48.0 ms, it may be 1.0 s
                 quiet      3 s without a repair, wanted are 60 s
                 writer     shop-v1 (role shop): 1 row arrived right, 12 had to be repaired
                 writer     (not seen): 140 rows arrived right, 10 had to be repaired
                 writer     (no application_name) (role batch): 37 rows arrived right
                 known      the writer of 25 % of 200 changed rows in the last 10 min 0 s; short transactions are mostly missed
                """);
    }

    @Test
    void answersPipelinesInJson() {
        coordinator.on(ASKED, answer(Standing.RUNNING, "x"));

        Result result = run("-o", "json");

        assertThat(result.exitCode()).isEqualTo(8);
        assertThat(Json.read(result.out(), Readiness.class)).isEqualTo(answer(Standing.RUNNING, "x"));
    }

    @Test
    void aMigrationThatFailedWillNotBeReadyByWaiting() {
        coordinator.on(ASKED, answer(Standing.FAILED, "the migration is failed: why"));

        assertThat(run("--wait", "1h").exitCode()).isEqualTo(1);
    }

    @Test
    void waitsUntilItIsReady() {
        coordinator.on(ASKED, answer(Standing.RUNNING, "x")).on(ASKED, answer(Standing.RUNNING));

        Result result = run("--wait", "1m");

        assertThat(result.exitCode()).isZero();
        assertThat(coordinator.requests()).hasSize(2);
        assertThat(result.out()).startsWith("a   ready").doesNotContain("not ready");
    }

    @Test
    void waitsNoLongerThanItIsTold() {
        coordinator.on(ASKED, answer(Standing.RUNNING, "x"));

        Result result = run("--wait", "50ms");

        assertThat(result.exitCode()).isEqualTo(8);
        assertThat(result.out()).contains("missing    x");
    }

    @Test
    void anOutageOfTheDatabasePassesWhileItWaits() {
        coordinator
                .refuse(ASKED, Problem.of(503, "database-unavailable", "The database does not answer", "away"))
                .on(ASKED, answer(Standing.RUNNING));

        assertThat(run("--wait", "1m").exitCode()).isZero();
    }

    @Test
    void endsWhenItIsAskedToStop() {
        coordinator.on(ASKED, answer(Standing.RUNNING, "x"));
        terminal.stop().request(ExitCode.INTERRUPTED);

        assertThat(run("--wait", "1h").exitCode()).isEqualTo(130);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        Result question = terminal.run("ready", "a", "--for", "deletes", "--coordinator", coordinator.url());
        Result time = run("--wait", "soon");
        Result unknown = run();

        assertThat(question.exitCode()).isEqualTo(2);
        assertThat(question.err()).contains("'deletes' is none of reads, writes, constraints");
        assertThat(time.exitCode()).isEqualTo(2);
        assertThat(time.err()).contains("30s, 10m or 1h, got 'soon'");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no such migration");
    }
}
