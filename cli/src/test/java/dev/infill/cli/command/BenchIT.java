package dev.infill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.infill.cli.command.Terminal.Result;
import dev.infill.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class BenchIT {
    private final Terminal terminal = new Terminal();

    @Test
    void measuresInfillBesideWhatOneWouldDoByHand(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws IOException {
        Result result =
                terminal.run("bench", "--quick", "--rows", "5000", "--data", folder.toString(), "--output", "json");

        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode shape = Json.mapper().readTree(result.out()).at("/shapes/0");
        assertThat(shape.at("/shape/rows").asLong()).isEqualTo(5000);
        JsonNode infill = measurement(shape, "infill-2");
        assertThat(infill.at("/times/fill").asDouble()).isPositive();
        assertThat(infill.at("/times/whole").asDouble())
                .isGreaterThan(infill.at("/times/fill").asDouble());
        assertThat(infill.at("/times/stages/verify").asDouble()).isPositive();
        assertThat(infill.at("/processor/server").asDouble()).isPositive();
        assertThat(infill.at("/processor/toolWhole").asDouble()).isPositive();
        assertThat(infill.at("/rows/wrong").asLong()).isZero();
        assertThat(infill.at("/application/latency/count").asLong()).isPositive();
        assertThat(infill.at("/application/failed").asLong()).isZero();
        assertThat(measurement(shape, "one-update").at("/whole/walBytes").asLong())
                .isGreaterThan(5000 * 100);
        assertThat(measurement(shape, "touch-loop").at("/rows/wrong").asLong()).isZero();
        assertThat(folder.resolve("bench").resolve("results")).isDirectoryContaining("glob:**bigint-1-traffic30.svg");
        assertThat(Files.readString(folder.resolve("bench/results/report.md")))
                .contains("Infill, 2 workers", "row trigger and touch loop");
    }

    private static JsonNode measurement(JsonNode shape, String candidate) {
        return StreamSupport.stream(shape.get("measurements").spliterator(), false)
                .filter(one -> one.get("candidate").asText().equals(candidate))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysWhichCandidatesThereAre() {
        Result result = terminal.run("bench", "--candidates", "two-updates");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("infill: 'two-updates' is no candidate: there are one-update, ");
    }
}
