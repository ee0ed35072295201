package dev.infill.bench.report;

import dev.infill.bench.candidate.Candidates;
import dev.infill.bench.report.Results.ShapeResult;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A run's results for people. */
public final class MarkdownReport {
    /** More tables than that are summed up in one. */
    static final int MANY_SHAPES = 8;

    private static final String TOUCH = "touch-loop";
    private static final double GIGA = 1 << 30;

    private static final List<Column> SPEED = List.of(
            Column.of(Figure.TIME),
            Column.ratio(Figure.TIME, Candidates.REFERENCE, "÷ one `UPDATE`"),
            Column.ratio(Figure.TIME, TOUCH, "÷ touch loop"),
            Column.of(Figure.WHOLE),
            Column.of(Figure.RATE),
            Column.of(Figure.PLAN),
            Column.of(Figure.RANGES),
            Column.of(Figure.VERIFY),
            Column.of(Figure.REPAIRS),
            Column.of(Figure.SERVER_CPU),
            Column.of(Figure.TOOL_CPU),
            Column.of(Figure.TOOL_CPU_WHOLE),
            Column.of(Figure.BROKER_CPU),
            Column.of(Figure.TOOL_PEAK));

    private static final List<Column> TRACES = List.of(
            Column.of(Figure.WAL),
            Column.ratio(Figure.WAL, Candidates.REFERENCE, "÷ one `UPDATE`"),
            Column.of(Figure.HEAP),
            Column.of(Figure.INDEXES),
            Column.of(Figure.HOT),
            Column.of(Figure.DEAD),
            Column.of(Figure.DIRTIED),
            Column.of(Figure.UPDATED),
            Column.of(Figure.WRONG));

    private static final List<Column> APPLICATION = List.of(
            Column.of(Figure.LATENCY_P50),
            Column.of(Figure.LATENCY_P99),
            Column.of(Figure.LATENCY_MAX),
            Column.of(Figure.BLOCKED),
            Column.of(Figure.STALENESS_P50),
            Column.of(Figure.STALENESS_P99));

    private final Map<String, String> titles;

    /** @param titles of the candidates, by name, in the order of rows */
    public MarkdownReport(List<Label> titles) {
        this.titles = titles.stream()
                .collect(
                        Collectors.toMap(Label::name, Label::title, (one, other) -> one, java.util.LinkedHashMap::new));
    }

    /**
     * The report.
     *
     * @param charts file names, relative to the report, by the name of its table
     */
    public List<String> lines(Results results, Map<String, String> charts) {
        List<String> lines = new ArrayList<>(head(results));
        lines.addAll(goals(results));
        if (results.shapes().size() > MANY_SHAPES) {
            lines.addAll(Overview.lines(results));
        } else {
            for (ShapeResult shape : results.shapes()) {
                lines.addAll(section(results, shape, charts));
            }
        }
        return lines;
    }

    private static List<String> head(Results results) {
        Machine machine = results.machine();
        String parameters = machine.postgresParameters().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "`" + entry.getKey() + " = " + entry.getValue() + "`")
                .collect(Collectors.joining(", "));
        return List.of(
                "Measured with `%s` on %s: %s."
                        .formatted(
                                results.command(),
                                DateTimeFormatter.ISO_LOCAL_DATE.format(
                                        results.startedAt().atOffset(ZoneOffset.UTC)),
                                results.rounds() == 1
                                        ? "one round"
                                        : results.rounds() + " rounds, medians (least–most)"),
                "",
                String.format(
                        Locale.ROOT,
                        "%s, %d cores, %.0f GB of memory; %s; Java %s; PostgreSQL %s with %s, beside that the defaults,"
                                + " `fsync` and `synchronous_commit` on.",
                        machine.processor(),
                        machine.cores(),
                        machine.memoryBytes() / GIGA,
                        machine.system(),
                        machine.java(),
                        machine.postgres(),
                        parameters),
                "");
    }

    private static List<String> goals(Results results) {
        List<String> judged = Goals.lines(results);
        if (judged.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of("### Against the goals", ""));
        lines.addAll(judged);
        lines.add("");
        return lines;
    }

    private List<String> section(Results results, ShapeResult result, Map<String, String> charts) {
        List<Label> rows = rows(result);
        List<String> lines = new ArrayList<>(List.of("### " + result.shape().title(), ""));
        String chart = charts.get(Charts.name(results, result));
        if (chart != null) {
            lines.add("![" + result.shape().title() + "](" + chart + ")");
            lines.add("");
        }
        lines.addAll(Column.table(SPEED, result, rows));
        lines.add("");
        lines.addAll(Column.table(TRACES, result, rows));
        lines.add("");
        if (result.shape().changesPerSecond() > 0) {
            lines.addAll(Column.table(APPLICATION, result, rows));
            lines.add("");
        }
        return lines;
    }

    /** Those that were measured, with the titles that are known. */
    List<Label> rows(ShapeResult result) {
        List<String> measured = result.measurements().stream()
                .map(one -> one.candidate())
                .distinct()
                .toList();
        return titles.entrySet().stream()
                .filter(title -> measured.contains(title.getKey()))
                .map(title -> new Label(title.getKey(), title.getValue()))
                .toList();
    }
}
