package dev.infill.bench.report;

import dev.infill.bench.report.BarChart.Bar;
import dev.infill.bench.report.BarChart.Panel;
import dev.infill.bench.report.Results.ShapeResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The charts of a run: one a table, or one in all where there are many. */
final class Charts {
    private static final List<Figure> QUIET = List.of(Figure.TIME, Figure.WAL, Figure.HEAP, Figure.INDEXES);
    private static final List<Figure> BUSY =
            List.of(Figure.TIME, Figure.WAL, Figure.HEAP, Figure.LATENCY_P99, Figure.LATENCY_MAX);

    private final MarkdownReport report;

    Charts(MarkdownReport report) {
        this.report = report;
    }

    /** SVG by shape. */
    Map<String, String> draw(Results results) {
        Map<String, String> drawn = new LinkedHashMap<>();
        if (results.shapes().size() <= MarkdownReport.MANY_SHAPES) {
            results.shapes().forEach(result -> drawn.put(name(results, result), draw(result)));
        }
        return drawn;
    }

    /** Shapes that differ in rows alone need the rows in their name. */
    static String name(Results results, ShapeResult result) {
        long same = results.shapes().stream()
                .filter(other -> other.shape().name().equals(result.shape().name()))
                .count();
        return result.shape().name() + (same > 1 ? "-" + result.shape().rows() : "");
    }

    private String draw(ShapeResult result) {
        List<Panel> panels = new ArrayList<>();
        for (Figure figure : result.shape().changesPerSecond() > 0 ? BUSY : QUIET) {
            List<Bar> bars = report.rows(result).stream()
                    .filter(row -> !Values.of(result, row.name(), figure).isEmpty())
                    .map(row -> bar(result, row, figure))
                    .toList();
            if (!bars.isEmpty()) {
                panels.add(new Panel(title(figure), bars));
            }
        }
        return BarChart.svg(result.shape().title(), panels);
    }

    private static String title(Figure figure) {
        return switch (figure) {
            case LATENCY_P99 -> "the application's p99";
            case LATENCY_MAX -> "the application's longest wait";
            default -> figure.title();
        };
    }

    private static Bar bar(ShapeResult result, Label row, Figure figure) {
        double median = Values.of(result, row.name(), figure).median();
        return new Bar(row.title(), median, figure.words(median), row.name().startsWith("infill"));
    }
}
