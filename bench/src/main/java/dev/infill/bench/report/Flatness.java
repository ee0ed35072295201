package dev.infill.bench.report;

import dev.infill.bench.report.Results.ShapeResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether rows a second stay the same while tables of one shape grow. */
final class Flatness {
    private static final double GOAL = 0.15;

    private Flatness() {}

    /** A row of the goals for each shape that was measured in several sizes. */
    static List<String> rows(Results results, String candidate) {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (ShapeResult result : results.shapes()) {
            Values rate = Values.of(result, candidate, Figure.RATE);
            if (!rate.isEmpty()) {
                rates.computeIfAbsent(result.shape().name(), absent -> new ArrayList<>())
                        .add(rate.median());
            }
        }
        List<String> rows = new ArrayList<>();
        rates.forEach((shape, measured) -> {
            if (measured.size() > 1) {
                rows.add(row(shape, measured));
            }
        });
        return rows;
    }

    private static String row(String shape, List<Double> rates) {
        Values values = Values.of(rates.stream().mapToDouble(Double::doubleValue));
        double drop = 1 - values.least() / values.most();
        return String.format(
                Locale.ROOT,
                "| `%s` | rows a second, slowest size below fastest | ≤ %.2f | %.2f | %s |",
                shape,
                GOAL,
                drop,
                drop <= GOAL ? "met" : "**missed**");
    }
}
