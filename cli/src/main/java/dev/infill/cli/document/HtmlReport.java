package dev.infill.cli.document;

import dev.infill.cli.document.Charts.Bar;
import dev.infill.cli.document.Facts.Fact;
import dev.infill.cli.screen.FaultWords;
import dev.infill.cli.screen.Words;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.Proof;
import dev.infill.protocol.status.Protection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A report as one HTML page that needs nothing else: no network, no script; charts are in it, and the whole report as JSON,
 * for {@code infill verify}.
 */
public final class HtmlReport {
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    private final MigrationReport report;
    private final @Nullable Proof proof;
    private final Markup html = new Markup();

    private HtmlReport(MigrationReport report) {
        this.report = report;
        this.proof = report.proof();
    }

    /**
     * The page.
     *
     * @param json the report as it came, so that the page has what this version doesn't know
     */
    public static String page(MigrationReport report, String json) {
        return new HtmlReport(report).page(json);
    }

    private String page(String json) {
        html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY + "\">\n")
                .raw("<meta name=\"generator\" content=\"Infill\">\n")
                .element("title", "Report of " + report.migration())
                .raw("\n<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n");
        top();
        promise();
        verification();
        repairs();
        cost();
        time();
        approvals();
        Promise promise = report.promise();
        if (promise != null && !promise.specification().isEmpty()) {
            section("Specification, as submitted");
            html.element("pre", promise.specification().strip()).raw("\n");
        }
        html.raw(
                        "<footer>Written by Infill. This page holds the whole report as JSON; <code>infill verify FILE --database"
                                + " URL</code> compares it with the table.</footer>\n</main>\n")
                .raw(EmbeddedReport.element(json))
                .raw("\n</body>\n</html>");
        return html.toString();
    }

    private void top() {
        html.raw("<header>").element("p", "Report of a migration").element("h1", report.migration());
        html.raw("<p>")
                .element("code", report.table() + "." + report.column())
                .text(", " + Facts.time(report.startedAt()) + " to " + Facts.time(report.finishedAt()))
                .raw("</p></header>\n");
        html.raw("<p class=\"verdict" + (Facts.isKept(report) ? " kept" : "") + "\">")
                .element("strong", (Facts.isKept(report) ? "Complete." : sentence(report.outcome())) + " ")
                .text(Facts.verdict(report))
                .raw("</p>\n<dl class=\"figures\">");
        figure("rows compared", Words.count(report.rows().verified()), "in " + Words.count(report.ranges(), "range"));
        figure("found wrong", Words.count(report.rows().mismatches()), "by verification");
        figure("took", Facts.took(report), "submission to end");
        figure(
                "table",
                factor(report.growth().tableBytesBefore(), report.growth().tableBytesAfter()),
                Words.bytes(report.growth().tableBytesAfter()) + " at the end");
        html.raw("</dl>\n");
    }

    private void figure(String name, String value, String note) {
        html.raw("<div>")
                .element("dt", name)
                .raw("<dd>")
                .text(value)
                .element("small", note)
                .raw("</dd></div>");
    }

    private void promise() {
        section("What was promised");
        facts(Facts.promise(report));
    }

    private void verification() {
        section("What was compared");
        facts(Facts.verification(report));
        if (proof != null) {
            html.raw(Charts.compared("Rows compared over time", proof.ranges(), Words::count));
        }
        Facts.caveats(report)
                .forEach(sentence ->
                        html.raw("<p class=\"note\">").text(sentence).raw("</p>\n"));
        if (proof != null) {
            new RangeTable(proof.ranges()).write(html);
        }
    }

    private void repairs() {
        section("Repairs and faults");
        facts(Facts.repairs(report));
        if (proof == null) {
            return;
        }
        List<String> faults = FaultWords.of(proof.faults());
        html.element("h3", "Faults met");
        if (faults.isEmpty()) {
            html.element("p", "None: no range was taken over, no batch was tried again, no change was missed.");
        } else {
            html.raw("<ul>");
            faults.forEach(fault -> html.element("li", fault));
            html.raw("</ul>\n");
        }
    }

    private void cost() {
        section("What it cost");
        facts(Facts.cost(report));
        MigrationReport.Growth growth = report.growth();
        html.raw(Charts.bars(
                "Sizes before and after",
                List.of(
                        bar("table before", growth.tableBytesBefore(), false),
                        bar("table after", growth.tableBytesAfter(), true),
                        bar("indexes before", growth.indexBytesBefore(), false),
                        bar("indexes after", growth.indexBytesAfter(), true))));
        List<Protection.Rest> rests = report.protection().rests();
        if (!rests.isEmpty()) {
            html.element("h3", "What the workers rested for, to protect the application and the server");
            html.raw(Charts.bars(
                    "Time rested by reason",
                    rests.stream()
                            .map(rest -> new Bar(rest.reason(), rest.seconds(), Facts.seconds(rest.seconds()), true))
                            .toList()));
        }
    }

    private static Bar bar(String label, long bytes, boolean strong) {
        return new Bar(label, bytes, Words.bytes(bytes), strong);
    }

    private void time() {
        section("Stages");
        html.raw(Charts.bars(
                "Time of each stage",
                report.stages().stream()
                        .map(stage ->
                                new Bar(stage.stage().word(), stage.seconds(), Facts.seconds(stage.seconds()), true))
                        .toList()));
    }

    private void approvals() {
        section("Who decided what");
        List<List<String>> rows = new ArrayList<>();
        if (proof != null) {
            proof.approvals()
                    .forEach(gate ->
                            rows.add(List.of(gate.gate().word(), gate.by(), Facts.time(gate.at()), gate.evidence())));
        } else {
            report.gates().stream()
                    .filter(gate -> gate.open())
                    .forEach(gate -> rows.add(List.of(
                            gate.gate().word(),
                            String.valueOf(gate.openedBy()),
                            gate.openedAt() == null ? "" : Facts.time(gate.openedAt()),
                            "")));
        }
        if (rows.isEmpty()) {
            html.element("p", "No gate was opened.");
        } else {
            table(List.of("gate", "opened by", "at", "evidence"), rows);
        }
        if (proof != null && !proof.acts().isEmpty()) {
            html.raw("<details>")
                    .element("summary", "The audit: " + Words.count(proof.acts().size(), "entry", "entries"));
            table(
                    List.of("at", "who", "what", "why"),
                    proof.acts().stream()
                            .map(act -> List.of(Facts.time(act.at()), act.actor(), act.action(), act.detail()))
                            .toList());
            html.raw("</details>\n");
        }
    }

    private void table(List<String> heads, List<List<String>> rows) {
        html.raw("<div class=\"scroll\"><table><thead><tr>");
        heads.forEach(head -> html.element("th scope=\"col\"", head));
        html.raw("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            html.raw("<tr>");
            row.forEach(cell -> html.element(cell.endsWith(" UTC") ? "td class=\"nowrap\"" : "td", cell));
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
    }

    private void facts(List<Fact> facts) {
        html.raw("<table class=\"facts\"><tbody>\n");
        for (Fact fact : facts) {
            html.raw("<tr>").element("th scope=\"row\"", fact.name()).raw("<td>");
            if (fact.code()) {
                html.element("code", fact.value());
            } else {
                html.text(fact.value());
            }
            html.raw("</td></tr>\n");
        }
        html.raw("</tbody></table>\n");
    }

    private void section(String title) {
        html.element("h2", title).raw("\n");
    }

    private static String sentence(String outcome) {
        String words = outcome.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
    }

    private static String factor(long before, long after) {
        return before == 0 ? "–" : String.format(Locale.ROOT, "×%.2f", (double) after / before);
    }

    private static String style() {
        try (InputStream style = HtmlReport.class.getResourceAsStream("report.css")) {
            if (style == null) {
                throw new IllegalStateException("report.css is missing from the build");
            }
            return new String(style.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
