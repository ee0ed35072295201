package dev.infill.cli.screen;

import dev.infill.protocol.status.CheckReport;
import dev.infill.protocol.status.CheckReport.Comparison;
import dev.infill.protocol.status.CheckReport.Comparison.Row;
import dev.infill.protocol.status.CheckReport.RoleGrants;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** What the check found, as text. */
public final class CheckView {
    private static final String EXTENSION = "extension ";

    private final Paint paint;
    private final FindingView findings;

    /** @param looks of the stream it is for */
    public CheckView(Console.Looks looks) {
        this.paint = new Paint(looks.colors());
        this.findings = new FindingView(paint, looks.columns());
    }

    /** Everything but the grants. */
    public List<String> lines(CheckReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(report.migration()) + "   "
                + FindingView.printable(
                        report.target().table() + "." + report.target().column()) + "   database " + report.database()
                + ", PostgreSQL " + report.server());
        for (Finding finding : report.findings()) {
            lines.add("");
            lines.addAll(findings.lines(finding));
        }
        if (!report.environments().rows().isEmpty()) {
            lines.add("");
            lines.addAll(sideBySide(report.environments()));
        }
        lines.add("");
        lines.add(verdict(report));
        return lines;
    }

    /** What each role needs, as a script. */
    public static List<String> grants(CheckReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("-- What Infill's roles need for migration " + report.migration()
                + "; run it as a superuser in database " + report.database() + ".");
        lines.add(
                "-- Passwords are yours to give: ALTER ROLE … PASSWORD. The new column itself is granted in stage expand.");
        for (RoleGrants grants : report.grants()) {
            if (!grants.sql().isEmpty()) {
                lines.add("");
                lines.add("-- " + grants.part());
                lines.addAll(grants.sql().lines().toList());
            }
        }
        return lines;
    }

    private List<String> sideBySide(Comparison comparison) {
        List<List<String>> cells = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("side by side"));
        header.addAll(comparison.databases());
        header.add("");
        cells.add(header);
        List<Row> shown = comparison.rows().stream()
                .filter(row -> row.differs() || !row.what().startsWith(EXTENSION))
                .toList();
        for (Row row : shown) {
            List<String> line = new ArrayList<>(List.of("  " + row.what()));
            row.values().forEach(value -> line.add(FindingView.printable(value)));
            line.add(row.differs() ? "≠" : "");
            cells.add(line);
        }
        List<String> lines = new ArrayList<>(Table.lines(cells));
        for (int i = 1; i < lines.size(); i++) {
            lines.set(i, shown.get(i - 1).differs() ? paint.bad(lines.get(i)) : lines.get(i));
        }
        lines.set(0, paint.strong(lines.get(0)));
        int alike = comparison.rows().size() - shown.size();
        if (alike > 0) {
            lines.add(paint.faint("  and " + Words.count(alike, "extension") + " alike"));
        }
        return lines;
    }

    private String verdict(CheckReport report) {
        long blocks = count(report, Severity.BLOCK);
        String others = Words.count(count(report, Severity.WARN), "warning") + ", "
                + Words.count(count(report, Severity.INFO), "note");
        return blocks > 0
                ? paint.bad("Refused: " + Words.count(blocks, "finding") + (blocks == 1 ? " blocks" : " block")) + " ("
                        + others + "). Nothing was touched. Mend what blocks and check again."
                : paint.good("Nothing blocks") + " (" + others + "). Nothing was touched.";
    }

    private static long count(CheckReport report, Severity severity) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
