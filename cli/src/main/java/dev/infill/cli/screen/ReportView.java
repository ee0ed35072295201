package dev.infill.cli.screen;

import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationReport.Growth;
import dev.infill.protocol.status.MigrationReport.StageTime;
import dev.infill.protocol.status.MigrationStatus.Rows;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import dev.infill.protocol.status.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A migration's report as text. */
public final class ReportView {
    private static final int LABEL = 20;
    private static final double MILLIS = 1000;

    private final Paint paint;

    /** @param looks of the stream it is for */
    public ReportView(Console.Looks looks) {
        this.paint = new Paint(looks.colors());
    }

    /** The report. */
    public List<String> lines(MigrationReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(report.migration()) + "   " + report.table() + "." + report.column() + "   "
                + (report.outcome().equals("complete") ? paint.good(report.outcome()) : paint.held(report.outcome()))
                + " after " + Words.duration(Duration.between(report.startedAt(), report.finishedAt())));
        rows(report.rows(), report.ranges(), lines);
        String how = report.how();
        if (how != null) {
            lines.add(labelled("how", how));
        }
        staleness(report.staleness(), lines);
        growth(report.growth(), lines);
        lines.add(labelled("rested for others", PaceView.rested(report.protection())));
        report.ownership()
                .forEach(move ->
                        lines.add(labelled("owned", move.to().word() + " by " + move.by() + ": " + move.why())));
        Proof proof = report.proof();
        if (proof != null) {
            proof(proof, lines);
        }
        lines.add("");
        lines.addAll(stages(report.stages()));
        if (!report.schemaChanges().isEmpty()) {
            lines.add("");
            lines.addAll(SchemaView.report(report.schemaChanges()));
        }
        return lines;
    }

    /** A line of a report. */
    public static String labelled(String label, String text) {
        return "  " + label + " ".repeat(Math.max(1, LABEL - label.length())) + text;
    }

    private static void proof(Proof proof, List<String> lines) {
        Proof.Digest digest = proof.digest();
        lines.add(labelled(
                "digest",
                digest == null
                        ? "none: not every range was compared to its end"
                        : digest.value() + " over " + Words.count(digest.rows(), "row") + ", PostgreSQL "
                                + proof.serverVersion()));
        lines.add(labelled("faults met", faults(proof.faults())));
        proof.approvals()
                .forEach(gate -> lines.add(
                        labelled("gate " + gate.gate().word(), "opened by " + gate.by() + ": " + gate.evidence())));
    }

    private static String faults(Proof.Faults faults) {
        return !faults.any() ? "none" : String.join("; ", FaultWords.of(faults));
    }

    private static void rows(Rows rows, long ranges, List<String> lines) {
        lines.add(labelled("rows filled", Words.count(rows.filled()) + " in " + Words.count(ranges, "range")));
        lines.add(labelled(
                "rows repaired", Words.count(rows.repaired()) + " after " + Words.count(rows.changes(), "change")));
        lines.add(labelled("rows verified", Words.count(rows.verified())));
        lines.add(labelled("found wrong", Words.count(rows.mismatches()) + " by verification"));
        if (rows.rejected() > 0) {
            lines.add(labelled(
                    "rows refused", Words.count(rows.rejected()) + " by PostgreSQL; their keys are dead letters"));
        }
    }

    private static void staleness(Staleness staleness, List<String> lines) {
        lines.add(labelled(
                "staleness",
                "p50 " + Words.millis(staleness.p50Millis()) + ", p99 " + Words.millis(staleness.p99Millis()) + ", max "
                        + Words.millis(staleness.maxMillis())));
    }

    private static void growth(Growth growth, List<String> lines) {
        lines.add(labelled("WAL written", Words.bytes(growth.walBytes()) + ", the application's share included"));
        lines.add(labelled("table", grown(growth.tableBytesBefore(), growth.tableBytesAfter())));
        lines.add(labelled("indexes", grown(growth.indexBytesBefore(), growth.indexBytesAfter())));
    }

    private static String grown(long before, long after) {
        String factor = before == 0 ? "" : String.format(Locale.ROOT, " (×%.2f)", (double) after / before);
        return Words.bytes(before) + " → " + Words.bytes(after) + factor;
    }

    private static List<String> stages(List<StageTime> stages) {
        return stages.stream()
                .map(time -> labelled(
                        time.stage().word(), Words.duration(Duration.ofMillis((long) (time.seconds() * MILLIS)))))
                .toList();
    }
}
