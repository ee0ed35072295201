package dev.infill.cli.exchange;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.infill.protocol.json.Json;
import dev.infill.protocol.status.CheckReport;
import dev.infill.protocol.status.Finding;
import dev.infill.specification.SpecificationReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;

/** The report as SARIF 2.1.0, which code scanning shows beside the specification's lines. */
public final class SarifLog {
    private static final ObjectMapper MAPPER = Json.mapper();

    private final CheckReport report;
    private final String uri;
    private final String specification;

    /**
     * A log to be.
     *
     * @param file the specification's, as the person named it
     * @param text its content
     */
    public SarifLog(CheckReport report, String file, String text) {
        this.report = report;
        this.uri = uri(file);
        this.specification = text;
    }

    /** The whole document. */
    public String json() {
        ObjectNode log = MAPPER.createObjectNode();
        log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        log.put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "infill");
        driver.put("version", "0.1.0");
        List<String> codes = List.copyOf(new LinkedHashSet<>(
                report.findings().stream().map(Finding::code).toList()));
        rules(codes, driver.putArray("rules"));
        run.putArray("invocations").addObject().put("executionSuccessful", true);
        run.put("columnKind", "utf16CodeUnits");
        ArrayNode results = run.putArray("results");
        report.findings().forEach(finding -> result(finding, codes.indexOf(finding.code()), results.addObject()));
        return log.toPrettyString();
    }

    private void rules(List<String> codes, ArrayNode rules) {
        for (String code : codes) {
            Finding first = report.findings().stream()
                    .filter(finding -> finding.code().equals(code))
                    .findFirst()
                    .orElseThrow();
            ObjectNode rule = rules.addObject();
            rule.put("id", code);
            rule.putObject("shortDescription").put("text", code.replace('-', ' '));
            rule.putObject("fullDescription").put("text", first.why());
            rule.putObject("help").put("text", first.remedy());
            rule.putObject("defaultConfiguration").put("level", level(first));
        }
    }

    private void result(Finding finding, int rule, ObjectNode result) {
        result.put("ruleId", finding.code());
        result.put("ruleIndex", rule);
        result.put("level", level(finding));
        result.putObject("message").put("text", message(finding));
        ObjectNode location = result.putArray("locations").addObject();
        ObjectNode physical = location.putObject("physicalLocation");
        physical.putObject("artifactLocation").put("uri", uri);
        physical.putObject("region").put("startLine", line(finding));
        location.putArray("logicalLocations")
                .addObject()
                .put(
                        "fullyQualifiedName",
                        report.database() + "/" + report.target().table() + "."
                                + report.target().column());
        if (finding.sql() != null) {
            result.putObject("properties").put("sql", finding.sql());
        }
    }

    /** What speaks of the server or of rows is shown at the table. */
    private int line(Finding finding) {
        String field = finding.field();
        return SpecificationReader.line(specification, field == null ? "table" : field);
    }

    private static String message(Finding finding) {
        return finding.found() + ". Why it matters: " + finding.why() + ". What to do: " + finding.remedy() + "."
                + (finding.sql() == null ? "" : "\n" + finding.sql());
    }

    private static String level(Finding finding) {
        return switch (finding.severity()) {
            case BLOCK -> "error";
            case WARN -> "warning";
            case INFO -> "note";
        };
    }

    private static String uri(String file) {
        try {
            return new URI(null, null, file.replace('\\', '/'), null).toASCIIString();
        } catch (URISyntaxException e) {
            return "specification.yaml";
        }
    }
}
