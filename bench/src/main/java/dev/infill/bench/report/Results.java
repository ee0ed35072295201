package dev.infill.bench.report;

import dev.infill.bench.measure.Measurement;
import dev.infill.bench.table.TableShape;
import java.time.Instant;
import java.util.List;

/**
 * Everything that one run measured.
 *
 * @param command that runs it again
 * @param shapes grows while it runs
 */
public record Results(
        String profile, String command, Instant startedAt, int rounds, Machine machine, List<ShapeResult> shapes) {

    /** What was measured on one table. */
    public record ShapeResult(TableShape shape, List<Measurement> measurements) {
        public ShapeResult {
            measurements = List.copyOf(measurements);
        }
    }
}
