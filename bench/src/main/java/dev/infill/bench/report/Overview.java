package dev.infill.bench.report;

import dev.infill.bench.candidate.Candidates;
import dev.infill.bench.report.Results.ShapeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Many tables in one: a row each, Infill with two workers beside one {@code UPDATE} and the touch loop. */
final class Overview {
    private static final String INFILL = Goals.CANDIDATE;
    private static final String TOUCH = "touch-loop";

    private Overview() {}

    static List<String> lines(Results results) {
        List<String> lines = new ArrayList<>(List.of(
                "Infill with two workers. Every figure of every candidate is in the JSON.",
                "",
                "| table | one `UPDATE` | Infill | time ÷ one `UPDATE` | ÷ touch loop | WAL ÷ one `UPDATE` | heap: one `UPDATE`"
                        + " | heap: Infill | indexes: one `UPDATE` | indexes: Infill | HOT | p99: one `UPDATE` | p99: Infill | wrong:"
                        + " one `UPDATE` | wrong: Infill |",
                "| --- |" + " ---: |".repeat(14)));
        results.shapes().forEach(result -> lines.add(row(result)));
        lines.add("");
        return lines;
    }

    private static String row(ShapeResult result) {
        List<String> cells = List.of(
                "`" + result.shape().name() + "`",
                cell(result, Candidates.REFERENCE, Figure.TIME),
                cell(result, INFILL, Figure.TIME),
                ratio(Values.ratio(result, INFILL, Figure.TIME)),
                ratio(Values.ratio(result, INFILL, TOUCH, Figure.TIME)),
                ratio(Values.ratio(result, INFILL, Figure.WAL)),
                cell(result, Candidates.REFERENCE, Figure.HEAP),
                cell(result, INFILL, Figure.HEAP),
                cell(result, Candidates.REFERENCE, Figure.INDEXES),
                cell(result, INFILL, Figure.INDEXES),
                cell(result, INFILL, Figure.HOT),
                cell(result, Candidates.REFERENCE, Figure.LATENCY_P99),
                cell(result, INFILL, Figure.LATENCY_P99),
                cell(result, Candidates.REFERENCE, Figure.WRONG),
                cell(result, INFILL, Figure.WRONG));
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String cell(ShapeResult result, String candidate, Figure figure) {
        Values values = Values.of(result, candidate, figure);
        return values.isEmpty() ? "–" : figure.words(values.median());
    }

    private static String ratio(Values values) {
        return values.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", values.median());
    }
}
