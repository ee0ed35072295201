package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.command.Terminal.Result;
import dev.infill.cli.sample.FakeCoordinator;
import dev.infill.cli.sample.Sample;
import dev.infill.protocol.Stage;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.Problem;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnCommandTest {
    private static final String ORDER = "PUT /v1/migrations/a/ownership";

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

    @Test
    void tellsTheCoordinatorWhoOwnsItAndWhy() throws IOException {
        coordinator.on(
                ORDER,
                Sample.filling().in(Stage.SYNC).owned("ada", "release 42").status());

        Result result = terminal.run("own", "a", "DUAL", "--reason", "release 42", "--coordinator", coordinator.url());

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains(" owner      dual, only NULLs are repaired; by ada at 2026-03-01T10:00:00Z: release 42\n");
        assertThat(coordinator.requests()).singleElement().satisfies(request -> {
            assertThat(request.actor()).isEqualTo("ada");
            assertThat(Json.mapper().readTree(request.body()))
                    .isEqualTo(Json.mapper()
                            .readTree("{\"ownership\":\"dual\",\"reason\":\"release 42\",\"force\":false}"));
        });
    }

    @Test
    void wantsAReason() {
        Result result = terminal.run("own", "a", "dual", "--coordinator", coordinator.url());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--reason");
        assertThat(coordinator.requests()).isEmpty();
    }

    @Test
    void saysWhatForceWouldCost() {
        coordinator.refuse(
                ORDER, Problem.of(409, "would-overwrite", "Conflict", "values would be overwritten; use force"));

        Result result = terminal.run("own", "a", "derived", "--reason", "x", "--coordinator", coordinator.url());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("infill: values would be overwritten; use force (--force)\n");
    }

    @Test
    void namesTheOwnershipsThatThereAre() {
        Result result = terminal.run("own", "a", "shared", "--reason", "x", "--coordinator", coordinator.url());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("'shared' is none of derived, dual, application");
    }
}
