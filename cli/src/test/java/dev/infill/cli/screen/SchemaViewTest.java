package dev.infill.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.infill.cli.sample.Sample;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.SchemaStatus;
import dev.infill.protocol.status.SchemaStatus.Running;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaViewTest {
    private final StatusView view = new StatusView(new Looks(true, false, 100));

    private static Sample running(Running running) {
        return Sample.filling().in(Stage.INDEX).schema(new SchemaStatus(List.of(Sample.CHANGE), running));
    }

    @Test
    void showsHowFarAnIndexBuildIsAndForWhomItWaits() {
        Running running = new Running(
                "building index orders_idx",
                734,
                "building index: scanning table",
                4200,
                12_000,
                "block",
                "pid 12 (reports), idle in transaction since 10:00:00 UTC");

        assertThat(view.block(running(running).status()))
                .contains(
                        " schema     building index orders_idx: building index: scanning table, 35 % of 12,000 blocks,"
                                + " for 12 min 14 s, waits for pid 12 (reports), idle in transaction since 10:00:00 UTC",
                        " schema     1 change done, nobody waited longer than 203 ms");
        assertThat(view.line(running(running).status())).contains("| building index orders_idx: building index: ");
    }

    @Test
    void saysHonestlyThatNobodyKnowsHowFarAValidationIs() {
        Running running = new Running("validating constraint c", 61, null, 0, 0, "row", null);

        assertThat(view.block(running(running).status()))
                .contains(" schema     validating constraint c for 61 s (PostgreSQL does not say how far it is)");
    }

    @Test
    void namesWhomAChangeWaitsFor() {
        String words =
                "adding column total_cents waits for pid 7 (psql), idle in transaction since 10:00:00 UTC, which holds"
                        + " orders";

        assertThat(view.block(Sample.filling()
                        .in(Stage.EXPAND)
                        .standing(Standing.RUNNING, words)
                        .status()))
                .contains(" held back  by " + words);
    }

    @Test
    void theReportSaysWhatEachChangeCost() {
        List<String> lines = new ReportView(new Looks(true, false, 100)).lines(Sample.report());

        assertThat(lines)
                .contains(
                        "  schema changes      1, nobody waited longer than 203 ms",
                        "    adding column total_cents: 2 tries, done after 3.4 s, in the queue 212 ms,"
                                + " access exclusive held 3.10 ms");
    }

    @Test
    void aReportOfAnOlderVersionHasNone() {
        String json = Json.write(Sample.report()).replaceFirst(",\"schemaChanges\":\\[.*?]", "");

        assertThat(json).doesNotContain("schemaChanges");
        assertThat(Json.read(json, MigrationReport.class).schemaChanges()).isEmpty();
    }
}
