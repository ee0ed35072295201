package dev.infill.bench.report;

import dev.infill.bench.measure.Measurement;
import dev.infill.bench.measure.Measurement.Processor;
import dev.infill.bench.measure.Measurement.Rows;
import dev.infill.bench.measure.Measurement.Sizes;
import dev.infill.bench.measure.Measurement.Times;
import dev.infill.bench.measure.Measurement.Written;
import dev.infill.bench.report.Results.ShapeResult;
import dev.infill.bench.table.TableShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Measurements that nobody measured. */
final class Sample {
    private static final long ROWS = 1000;

    private Sample() {}

    static Measurement took(String candidate, int round, double seconds) {
        return new Measurement(
                candidate,
                round,
                new Times(seconds, seconds + 1, null),
                new Written(100L << 20, 500),
                new Written(110L << 20, 550),
                new Processor(seconds, 0, 0, seconds, 0, 0),
                new Sizes(1000, 500),
                new Sizes(1100, 500),
                new Rows(ROWS, ROWS, 900, 10, 0),
                null,
                null);
    }

    static ShapeResult result(TableShape shape, Measurement... measurements) {
        return new ShapeResult(shape, List.of(measurements));
    }

    static Results results(ShapeResult... shapes) {
        var machine = new Machine("a processor", 2, 8L << 30, "Linux", "17", "18.0", Map.of("shared_buffers", "1GB"));
        return new Results("headline", "./infill bench", Instant.EPOCH, 3, machine, List.of(shapes));
    }
}
