package dev.infill.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.infill.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what came out. */
public final class ReportFiles {
    private static final String BEGIN = "<!-- begin: infill bench, %s -->";
    private static final String END = "<!-- end: infill bench, %s -->";

    private final MarkdownReport report;

    /** @param titles of the candidates, in the order of rows */
    public ReportFiles(List<Label> titles) {
        this.report = new MarkdownReport(titles);
    }

    /** The whole as JSON for programs, and as Markdown and charts for people, in one folder. */
    public void into(Path folder, Results results) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.json"), json(results));
        Files.write(folder.resolve("report.md"), report.lines(results, charts(folder, "", results)));
    }

    /** The document that {@code results.json} holds. */
    public static String json(Results results) throws IOException {
        JsonNode tree = Json.mapper().readTree(Json.write(results));
        return tree.toPrettyString() + "\n";
    }

    /**
     * The section of this run's profile in a page that people wrote; everything else in it stays as it is.
     *
     * @param page that has the profile's markers, or none: then they are added at its end
     */
    public void intoPage(Path page, Results results) throws IOException {
        Path charts = page.resolveSibling("performance");
        Files.createDirectories(charts);
        Map<String, String> names = new LinkedHashMap<>();
        charts(charts, results.profile() + "-", results)
                .forEach((shape, file) -> names.put(shape, "performance/" + file));
        String section = String.join("\n", report.lines(results, names));
        String old = Files.exists(page) ? Files.readString(page) : "# Performance\n";
        Files.writeString(page, replaced(old, results.profile(), section));
    }

    /** The page with another section between the markers. */
    static String replaced(String page, String profile, String section) {
        String begin = BEGIN.formatted(profile);
        String end = END.formatted(profile);
        String whole = begin + "\n" + section + "\n" + end;
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        return from < 0 || to < from
                ? page.stripTrailing() + "\n\n" + whole + "\n"
                : page.substring(0, from) + whole + page.substring(to + end.length());
    }

    private Map<String, String> charts(Path folder, String prefix, Results results) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        for (Map.Entry<String, String> chart : new Charts(report).draw(results).entrySet()) {
            String file = prefix + chart.getKey() + ".svg";
            Files.writeString(folder.resolve(file), chart.getValue());
            names.put(chart.getKey(), file);
        }
        return names;
    }
}
