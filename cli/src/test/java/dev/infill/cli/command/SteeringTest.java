package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.infill.cli.command.Terminal.Result;
import dev.infill.cli.sample.FakeCoordinator;
import dev.infill.cli.sample.Sample;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteeringTest {
    private static final String NAME = "orders-total-cents";

    private FakeCoordinator coordinator;
    private final Terminal terminal = new Terminal();

    @BeforeEach
    void startCoordinator() throws IOException {
        coordinator = new FakeCoordinator();
    }

    @AfterEach
    void stopCoordinator() {
        coordinator.close();
    }

    private Result run(String... arguments) {
        var all = new java.util.ArrayList<>(List.of(arguments));
        all.addAll(List.of("--coordinator", coordinator.url()));
        return terminal.run(all.toArray(new String[0]));
    }

    @Test
    void listsMigrationsAsATable() {
        coordinator.on("GET /v1/migrations", List.of(Sample.filling().status()));

        Result result = run("list");

        assertThat(result.out()).isEqualTo("""
                        MIGRATION           DATABASE  COLUMN                     STAGE  STANDING  DONE
                        orders-total-cents  shop      public.orders.total_cents  fill   running   54 %
                        """);
        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @Test
    void printsExactlyOneJsonDocument() throws IOException {
        coordinator.with(Sample.filling().status());

        Result result = run("status", NAME, "--output", "json");

        JsonNode document = Json.mapper().readTree(result.out());
        assertThat(document.path("stage").asText()).isEqualTo("FILL");
        assertThat(document.path("gates").size()).isEqualTo(2);
        assertThat(result.err()).isEmpty();
    }

    @Test
    void answersErrorsInJsonTooAndOnceInWords() throws IOException {
        Result result = run("status", "nothing", "--output=json");

        assertThat(Json.mapper().readTree(result.out()).path("code").asText()).isEqualTo("unknown-migration");
        assertThat(result.err()).isEqualTo("infill: there is no such migration; 'infill list' shows all\n");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void saysThatNoCoordinatorAnswers() {
        coordinator.close();

        Result result = run("list");

        assertThat(result.err())
                .isEqualTo("infill: no coordinator answers at " + coordinator.url()
                        + " (nobody listens there); start one with 'infill coordinator --config infill.yaml', or name yours"
                        + " with --coordinator or INFILL_COORDINATOR\n");
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void refusesAnAddressThatIsNone() {
        Result result = terminal.run("list", "--coordinator", "http://a b");

        assertThat(result.err()).contains("'http://a b' is not a coordinator's address");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void pointsIntoTheSpecificationThatIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("spec.yaml"), "migration: x\n");
        coordinator.refuse(
                "POST /v1/migrations",
                new Problem(
                        "urn:infill:problem:unknown-field",
                        "The specification is wrong",
                        422,
                        "unknown field; did you mean 'type'?",
                        "unknown-field",
                        4,
                        "column.typ",
                        List.of()));

        Result result = run("submit", file.toString());

        assertThat(result.err()).isEqualTo("infill: " + file + ":4: column.typ: unknown field; did you mean 'type'?\n");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(coordinator.requests().get(0).body()).isEqualTo("migration: x\n");
    }

    @Test
    void showsWhatTheCheckFoundAndEndsWithThree(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("spec.yaml"), "migration: x\n");
        coordinator.refuse(
                "POST /v1/migrations",
                new Problem(
                        "urn:infill:problem:check-refused",
                        "Refused",
                        422,
                        "the check refuses this migration",
                        "check-refused",
                        null,
                        null,
                        List.of(Sample.blocking())));

        Result result = run("submit", file.toString());

        assertThat(result.err().replace(file.toString(), "spec.yaml")).isEqualTo("""
                        infill: the check refuses the migration; nothing was touched
                        refused  spec.yaml:1: column.type:
                                 public.orders.total_cents is there already with type text.
                                 (column-exists-with-other-type)
                                 Infill fills only a column of the type asked for.
                                 → drop it
                                   ALTER TABLE public.orders DROP COLUMN total_cents;
                        """);
        assertThat(result.exitCode()).isEqualTo(3);
    }

    @Test
    void tellsWhoSteers() {
        coordinator.on(
                "POST /v1/migrations/" + NAME + "/pause",
                Sample.filling().standing(Standing.PAUSED, null).status());

        Result result = run("pause", NAME);

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("paused");
        assertThat(coordinator.requests().get(0).actor()).isEqualTo("ada");
    }

    @Test
    void approvesAGateWithAReason() {
        coordinator.on(
                "POST /v1/migrations/" + NAME + "/gates/writes",
                Sample.filling().in(Stage.SYNC).status());

        Result result = run("approve", NAME, "WRITES", "--reason", "release 7 is out");

        assertThat(result.exitCode()).isZero();
        assertThat(coordinator.requests().get(0).body()).isEqualTo("{\"reason\":\"release 7 is out\"}");
    }

    @Test
    void watchesUntilItIsOver() {
        coordinator
                .with(Sample.filling().status())
                .with(Sample.filling().in(Stage.SYNC).status())
                .with(Sample.filling().over("complete").status());

        Result result = run("status", NAME, "--watch");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("orders-total-cents fill: 54 %").contains("orders-total-cents complete: ");
    }

    @Test
    void waitsForACoordinatorThatIsAwayForAMoment() {
        coordinator
                .refuse("GET /v1/migrations/" + NAME, Problem.of(503, "database", "Away", "the database is away"))
                .with(Sample.filling().over("complete").status());

        Result result = run("status", NAME, "--watch");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("the database is away; trying again");
    }

    @Test
    void tellsInTheExitCodeHowItStands() {
        coordinator.with(Sample.filling().status());

        Result result = run("status", NAME, "--exit-code");

        assertThat(result.exitCode()).isEqualTo(8);
    }

    @Test
    void showsTheReport() {
        coordinator.on("GET /v1/migrations/" + NAME + "/report", Sample.report());

        Result result = run("report", NAME);

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                        orders-total-cents   public.orders.total_cents   complete after 42.3 s
                          rows filled         498,112 in 13 ranges
                          rows repaired       1,204 after 5,871 changes
                          rows verified       500,213
                          found wrong         0 by verification
                          how                 key ranges (correlation of the key with the physical order: 1.00); 16 stripes (pages are full)
                          staleness           p50 12.3 ms, p99 48.0 ms, max 130 ms
                          WAL written         299 MB, the application's share included
                          table               82 MB → 94 MB (×1.15)
                          indexes             43 MB → 45 MB (×1.05)
                          rested for others   3.7 s (40 % of fill and verify): application latency 3.7 s
                          digest              00f1e2d3c4b5a697 over 500,213 rows, PostgreSQL 18.6
                          faults met          1 range taken over by another worker; 3 batches tried again after an error
                          gate reads          opened by evidence: verified, no row refused
                          gate writes         opened by ada: release 7 is out

                          check               0.4 s
                          fill                9.3 s

                          schema changes      1, nobody waited longer than 203 ms
                            adding column total_cents: 2 tries, done after 3.4 s, in the queue 212 ms, access exclusive held 3.10 ms
                        """);
    }

    @Test
    void writesTheReportAsDocuments() {
        coordinator.on("GET /v1/migrations/" + NAME + "/report", Sample.report());

        assertThat(run("report", NAME, "-o", "html").out())
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n");
        assertThat(run("report", NAME, "-o", "markdown").out()).startsWith("# Report of migration " + NAME);
        assertThat(Json.read(run("report", NAME, "-o", "json").out(), MigrationReport.class))
                .isEqualTo(Sample.report());
    }
}
