package dev.infill.cli.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.infill.cli.sample.Sample;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Proof;
import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportDocumentTest {
    private static final String HOSTILE = "</script><img src=x onerror=alert(1)>|`*_";

    private static String page(MigrationReport report) {
        return HtmlReport.page(report, Json.write(report));
    }

    /** A report with this text wherever somebody else may have written one. */
    private static MigrationReport hostile() throws Exception {
        ObjectNode report = (ObjectNode) Json.mapper().readTree(Json.write(Sample.report()));
        report.put("how", HOSTILE).put("table", HOSTILE).put("column", HOSTILE);
        ((ObjectNode) report.at("/promise")).put("specification", HOSTILE);
        ((ObjectNode) report.at("/promise/definition/fill")).put("expression", HOSTILE);
        ((ObjectNode) report.at("/promise/constraints/0")).put("definition", HOSTILE);
        ((ObjectNode) report.at("/proof/approvals/0")).put("by", HOSTILE).put("evidence", HOSTILE);
        ((ObjectNode) report.at("/proof/acts/0")).put("actor", HOSTILE).put("detail", HOSTILE);
        ((ObjectNode) report.at("/proof/ranges/0")).put("lastError", HOSTILE);
        ((ObjectNode) report.at("/protection/rests/0")).put("reason", HOSTILE);
        return Json.read(report.toString(), MigrationReport.class);
    }

    private static Proof proof(MigrationReport report) {
        return Objects.requireNonNull(report.proof());
    }

    @Test
    void thePageHasEverythingThatAManagerAndAnAuditorAskFor() {
        String page = page(Sample.report());

        assertThat(page)
                .contains(
                        "500,213 rows was compared",
                        "round(total * 100)::bigint",
                        "derived: equal to the expression at all times",
                        "orders_total_cents_idx (total_cents)",
                        "CHECK (total_cents &gt;= 0)",
                        "00f1e2d3c4b5a697",
                        "1111111111111111",
                        "1 range taken over by another worker",
                        "3 batches tried again after an error",
                        "SQLSTATE 55P03",
                        "application latency",
                        "82 MB → 94 MB (×1.15)",
                        "299 MB",
                        "p99 48.0 ms",
                        "release 7 is out",
                        "approve writes",
                        "so a digest says what was there when its range was",
                        "migration: orders-total-cents");
        assertThat(page).contains("<svg", "prefers-color-scheme: dark");
    }

    @Test
    void thePageNeedsNoNetworkAndRunsNoScript() {
        String page = page(Sample.report());

        assertThat(page).doesNotContain("http://", "https://", "src=", "url(", "@import", "href=");
        assertThat(page).contains("default-src 'none'");
        assertThat(Pattern.compile("<script[^>]*>").matcher(page).results().map(found -> found.group()))
                .containsExactly("<script type=\"application/json\" id=\"infill-report\">");
    }

    @Test
    void thePageComesBackAsTheReport() {
        MigrationReport report = Sample.report();

        assertThat(EmbeddedReport.read(page(report))).contains(report);
        assertThat(EmbeddedReport.read(Json.write(report))).contains(report);
    }

    @Test
    void noFileOfSomebodyElseIsAReport() {
        assertThat(List.of(
                        "",
                        "null",
                        "[]",
                        "{}",
                        "{\"migration\": 1}",
                        "# Report",
                        "<script>",
                        "{\"stages\": 3}",
                        "\"x\""))
                .allSatisfy(text -> assertThat(EmbeddedReport.read(text)).isEmpty());
        assertThat(EmbeddedReport.read(Json.write(Sample.report()).replace("\"definition\"", "\"another\"")))
                .isEmpty();
    }

    @Test
    void noTextOfAReportBecomesMarkup() throws Exception {
        MigrationReport report = hostile();
        String page = page(report);

        assertThat(page).doesNotContain("<img");
        assertThat(page.split("</script>", -1)).hasSize(2);
        assertThat(EmbeddedReport.read(page)).contains(report);
        assertThat(MarkdownReport.lines(report))
                .filteredOn(line -> line.contains("<img"))
                .allMatch(line -> line.contains("\\<img") || line.matches("\\| [a-z]+ \\| ``.*<img.*`` \\|"));
    }

    @Test
    void itsMarkupIsWellFormed() throws Exception {
        String page = page(hostile());
        // As XML, but for what HTML leaves open.
        String xml = page.replace("<!DOCTYPE html>", "")
                .replaceAll("(<meta [^>]*[^/])>", "$1/>")
                .replaceAll("(?s)<style>.*</style>", "");
        var parsed =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));

        assertThat(parsed.getElementsByTagName("svg").getLength()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void ofVeryManyRangesThePageShowsAThousandAndHasAll() throws Exception {
        MigrationReport report = Sample.report();
        Proof.Range range = proof(report).ranges().get(0);
        ObjectNode json = (ObjectNode) Json.mapper().readTree(Json.write(report));
        ((ObjectNode) json.at("/proof")).set("ranges", Json.mapper().valueToTree(Collections.nCopies(25_000, range)));
        MigrationReport many = Json.read(json.toString(), MigrationReport.class);

        String page = page(many);

        Matcher rows = Pattern.compile("<tr><td class=\"number\">").matcher(page);
        assertThat(rows.results().count()).isEqualTo(1000);
        assertThat(page).contains("The first 1,000 ranges; all of them are in the JSON");
        assertThat(proof(EmbeddedReport.read(page).orElseThrow()).ranges()).hasSize(25_000);
        assertThat(MarkdownReport.lines(many)).hasSizeLessThan(150);
    }

    @Test
    void aReportOfAnOlderVersionIsShownToo() {
        MigrationReport old = Json.read("""
                {"migration": "m", "outcome": "complete", "table": "public.orders", "column": "c",
                 "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-02T00:00:00Z",
                 "stages": [{"stage": "FILL", "seconds": 60}],
                 "rows": {"expected": 10, "filled": 10, "verified": 10, "changes": 1, "repaired": 1, "rejected": 0,
                          "mismatches": 0},
                 "ranges": 3,
                 "growth": {"walBytes": 1, "tableBytesBefore": 0, "tableBytesAfter": 1, "indexBytesBefore": 1,
                            "indexBytesAfter": 1},
                 "staleness": {"p50Millis": 1, "p99Millis": 2, "maxMillis": 3},
                 "gates": [{"gate": "READS", "open": true, "openedBy": "evidence", "openedAt": "2026-01-02T00:00:00Z",
                            "missing": []}]}
                """, MigrationReport.class);

        assertThat(page(old)).contains("An older version of Infill wrote this report", "evidence");
        assertThat(MarkdownReport.lines(old)).contains("# Report of migration m");
    }

    @Test
    void markdownHasTheSameFacts() {
        String text = String.join("\n", MarkdownReport.lines(Sample.report()));

        assertThat(text)
                .startsWith("# Report of migration orders-total-cents\n")
                .contains(
                        "| expression | `round(total * 100)::bigint` |",
                        "| digest over all ranges | `00f1e2d3c4b5a697` |",
                        "* 3 batches tried again after an error",
                        "| writes | ada | 2026-03-01 10:00:40 UTC | release 7 is out |");
    }
}
