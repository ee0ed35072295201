package dev.infill.cli.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns of text. */
final class Table {
    private static final String GAP = "  ";

    private Table() {}

    static List<String> lines(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .boxed()
                .toList();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell)
                        .append(" ".repeat(widths.get(column) - cell.length()))
                        .append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
