package dev.infill.cli.document;

import dev.infill.cli.document.Facts.Fact;
import dev.infill.cli.screen.FaultWords;
import dev.infill.cli.screen.Words;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Proof;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A report as Markdown, for a ticket or a wiki. Ranges one by one are in the JSON and in the HTML only. */
public final class MarkdownReport {
    private final List<String> lines = new ArrayList<>();

    private MarkdownReport() {}

    /** The document's lines. */
    public static List<String> lines(MigrationReport report) {
        return new MarkdownReport().written(report);
    }

    private List<String> written(MigrationReport report) {
        lines.add("# Report of migration " + plain(report.migration()));
        lines.add("");
        lines.add("**" + plain(report.outcome()) + "** after " + Facts.took(report) + ", "
                + Facts.time(report.startedAt()) + " to " + Facts.time(report.finishedAt()) + ".");
        lines.add(Facts.verdict(report));
        facts("What was promised", Facts.promise(report));
        facts("What was compared", Facts.verification(report));
        Proof proof = report.proof();
        if (proof != null && !proof.ranges().isEmpty()) {
            paragraph(RangeTable.summary(proof.ranges()));
        }
        Facts.caveats(report).forEach(sentence -> paragraph(plain(sentence)));
        facts("Repairs", Facts.repairs(report));
        if (proof != null) {
            section("Faults met");
            List<String> faults = FaultWords.of(proof.faults());
            faults.forEach(fault -> lines.add("* " + plain(fault)));
            if (faults.isEmpty()) {
                lines.add("None.");
            }
        }
        facts("What it cost", Facts.cost(report));
        table(
                "Stages",
                List.of("stage", "time"),
                report.stages().stream()
                        .map(stage -> List.of(stage.stage().word(), Facts.seconds(stage.seconds())))
                        .toList());
        if (proof != null) {
            decisions(proof);
        }
        return List.copyOf(lines);
    }

    private void decisions(Proof proof) {
        table(
                "Gates",
                List.of("gate", "opened by", "at", "evidence"),
                proof.approvals().stream()
                        .map(gate -> List.of(gate.gate().word(), gate.by(), Facts.time(gate.at()), gate.evidence()))
                        .toList());
        table(
                "Audit, " + Words.count(proof.acts().size(), "entry", "entries"),
                List.of("at", "who", "what", "why"),
                proof.acts().stream()
                        .map(act -> List.of(Facts.time(act.at()), act.actor(), act.action(), act.detail()))
                        .toList());
    }

    private void section(String title) {
        lines.add("");
        lines.add("## " + title);
        lines.add("");
    }

    private void paragraph(String text) {
        lines.add("");
        lines.add(text);
    }

    private void facts(String title, List<Fact> facts) {
        section(title);
        lines.add("| | |");
        lines.add("| --- | --- |");
        facts.forEach(fact -> lines.add(
                "| " + fact.name() + " | " + (fact.code() ? code(fact.value()) : plain(fact.value())) + " |"));
    }

    private void table(String title, List<String> heads, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        section(title);
        lines.add("| " + String.join(" | ", heads) + " |");
        lines.add("|" + " --- |".repeat(heads.size()));
        rows.forEach(row ->
                lines.add(row.stream().map(MarkdownReport::plain).collect(Collectors.joining(" | ", "| ", " |"))));
    }

    /** A backtick within needs a longer fence around, and a bar ends a cell even there. */
    private static String code(String text) {
        String line = oneLine(text).replace("|", "\\|");
        int longest = Arrays.stream(line.split("[^`]+", -1))
                .mapToInt(String::length)
                .max()
                .orElse(0);
        String fence = "`".repeat(longest + 1);
        String room = line.startsWith("`") || line.endsWith("`") ? " " : "";
        return fence + room + line + room + fence;
    }

    private static String plain(String text) {
        return oneLine(text).replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1");
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
