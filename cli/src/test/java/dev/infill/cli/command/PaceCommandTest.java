package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.command.Terminal.Result;
import dev.infill.cli.sample.FakeCoordinator;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.PaceStatus;
import dev.infill.protocol.status.PaceStatus.SignalStatus;
import dev.infill.protocol.status.Problem;
import dev.infill.protocol.status.Protection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaceCommandTest {
    private static final String PATH = "/v1/migrations/a/pace";
    private static final PaceStatus THROTTLED = new PaceStatus(
            "a",
            0.25,
            "replica lag 6.1 s > 5.0 s",
            "{\"batch\":\"50ms\"}",
            true,
            List.of(
                    new SignalStatus("replica lag", 1.22, "replica lag 6.1 s > 5.0 s"),
                    new SignalStatus("lock waits caused", 0.0, "lock waits caused 0 of 3")),
            new Protection(12.34, 0.41, List.of(new Protection.Rest("replica lag", 12.34))));

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
        List<String> all = new ArrayList<>(List.of("pace", "a", "--coordinator", coordinator.url()));
        all.addAll(List.of(arguments));
        return terminal.run(all.toArray(new String[0]));
    }

    @Test
    void showsWhatBindsAndWhatItCost() {
        coordinator.on("GET " + PATH, THROTTLED);

        Result result = run();

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                a   pace 25 %
                 held back  by replica lag 6.1 s > 5.0 s
                 wanted     {"batch":"50ms"}, changed since submitted
                 rested     12.3 s (41 % of fill and verify): replica lag 12.3 s
                 signal     replica lag 6.1 s > 5.0 s
                 signal     lock waits caused 0 of 3
                """);
    }

    @Test
    void sendsOnlyWhatIsToChange() throws IOException {
        coordinator.on("PATCH " + PATH, THROTTLED);

        Result result = run("--batch", "50ms", "--max-replica-lag", "default", "--max-lock-waits", "7", "-o", "json");

        assertThat(Json.read(result.out(), PaceStatus.class)).isEqualTo(THROTTLED);
        assertThat(coordinator.requests())
                .extracting(FakeCoordinator.Request::line, FakeCoordinator.Request::body)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "PATCH " + PATH, "{\"batch\":\"50ms\",\"maxReplicaLag\":null,\"maxLockWaits\":7}"));
    }

    @Test
    void goesFullAndBack() {
        coordinator.on("PATCH " + PATH, THROTTLED).on("DELETE " + PATH, THROTTLED);

        run("--full");
        run("--as-specified");

        assertThat(coordinator.requests())
                .extracting(FakeCoordinator.Request::line)
                .containsExactly("PATCH " + PATH, "DELETE " + PATH);
        assertThat(coordinator.requests().get(0).body()).isEqualTo("\"full\"");
    }

    @Test
    void refusesContradictionsBeforeItAsks() {
        Result result = run("--full", "--batch", "50ms");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("exclude each other");
        assertThat(coordinator.requests()).isEmpty();
    }

    @Test
    void tellsWhatTheCoordinatorRefuses() {
        coordinator.refuse(
                "PATCH " + PATH,
                new Problem(
                        "urn:infill:problem:wrong-value",
                        "The pace is wrong",
                        400,
                        "pace.batch does not look right, for example 100ms, got 'soon'",
                        "wrong-value",
                        null,
                        "pace.batch",
                        List.of()));

        Result result = run("--batch", "soon");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("pace.batch does not look right, for example 100ms, got 'soon'");
    }
}
