package dev.infill.bench.report;

import dev.infill.bench.report.Results.ShapeResult;
import java.util.List;
import java.util.Locale;

/** A column of a table: what it is called, and its cell for a candidate. */
record Column(String title, Cell cell) {
    private static final String NONE = "–";

    /** Text for a candidate on a table. */
    interface Cell {
        String of(ShapeResult result, String candidate);
    }

    /** A figure: its median, and between which values it lay where there were several rounds. */
    static Column of(Figure figure) {
        return new Column(figure.title(), (result, candidate) -> {
            Values values = Values.of(result, candidate, figure);
            return values.isEmpty() ? NONE : figure.words(values.median()) + spread(values, figure);
        });
    }

    private static String spread(Values values, Figure figure) {
        String least = figure.words(values.least());
        String most = figure.words(values.most());
        return least.equals(most)
                ? ""
                : " (" + least.replaceAll("[^0-9.,]", "") + "–" + most.replaceAll("[^0-9.,]", "") + ")";
    }

    /** A figure over that of another candidate in the same round. */
    static Column ratio(Figure figure, String other, String title) {
        return new Column(title, (result, candidate) -> {
            Values values = Values.ratio(result, candidate, other, figure);
            return values.isEmpty() ? NONE : String.format(Locale.ROOT, "%.2f", values.median());
        });
    }

    /** The table in Markdown, a row for each candidate. */
    static List<String> table(List<Column> columns, ShapeResult result, List<Label> rows) {
        List<String> lines = new java.util.ArrayList<>();
        lines.add("| |" + join(columns.stream().map(Column::title).toList()));
        lines.add("| --- |" + " ---: |".repeat(columns.size()));
        for (Label row : rows) {
            List<String> cells = columns.stream()
                    .map(column -> column.cell().of(result, row.name()))
                    .toList();
            lines.add("| " + row.title() + " |" + join(cells));
        }
        return lines;
    }

    private static String join(List<String> cells) {
        return " " + String.join(" | ", cells) + " |";
    }
}
