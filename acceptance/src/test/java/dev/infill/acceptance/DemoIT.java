package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.infill.testkit.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code infill demo}, the first thing that anybody runs. */
@Order(1)
class DemoIT {
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(8);

    private static ChildProcess demo(Path folder, String... options) {
        List<String> words = new ArrayList<>(List.of("demo"));
        words.addAll(List.of(options));
        return ChildProcess.start(Infill.command(folder.resolve("demo.log"), words.toArray(String[]::new))
                .in(folder));
    }

    @Test
    void endsWithNothingWrongAndOneDocumentSaysSo(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws JsonProcessingException {
        try (ChildProcess demo = demo(folder, "--rows", "2000", "--writes", "50", "--output", "json")) {
            assertThat(demo.waitForExit(A_LONG_WHILE)).isZero();

            List<String> printed = demo.lines();
            JsonNode report = new ObjectMapper()
                    .readTree(String.join("\n", printed.subList(printed.indexOf("{"), printed.lastIndexOf("}") + 1)));
            assertThat(report.path("right").asBoolean()).isTrue();
            assertThat(report.at("/migration/outcome").asText()).isEqualTo("complete");
            assertThat(report.at("/judgement/rows").asLong()).isGreaterThan(1500);
            assertThat(report.at("/judgement/rowsWrong").asLong(-1)).isZero();
            assertThat(report.at("/judgement/writesChecked").asLong()).isPositive();
            assertThat(report.at("/judgement/writesLost").asLong(-1)).isZero();
        }
    }

    @Test
    void leavesNoProcessBehindWhenItIsStoppedInTheMiddle(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) {
        try (ChildProcess demo = demo(folder, "--rows", "3000")) {
            demo.waitForLine("The migration orders-total-cents begins", A_LONG_WHILE);
            List<ProcessHandle> children =
                    ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
            assertThat(children).as("PostgreSQL and a broker at least").hasSizeGreaterThan(1);

            demo.terminate();

            assertThat(demo.waitForExit(A_LONG_WHILE)).isNotZero();
            await().atMost(A_LONG_WHILE)
                    .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
        }
    }
}
