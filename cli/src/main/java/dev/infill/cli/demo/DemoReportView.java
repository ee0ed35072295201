package dev.infill.cli.demo;

import static dev.infill.cli.screen.ReportView.labelled;

import dev.infill.cli.demo.Comparison.Cost;
import dev.infill.cli.demo.Judge.Judgement;
import dev.infill.cli.demo.Latencies.Latency;
import dev.infill.cli.screen.Console.Looks;
import dev.infill.cli.screen.Paint;
import dev.infill.cli.screen.ReportView;
import dev.infill.cli.screen.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's report as text. */
public final class DemoReportView {
    private final Paint paint;
    private final ReportView migration;

    /** @param looks of the stream it is for */
    public DemoReportView(Looks looks) {
        this.paint = new Paint(looks.colors());
        this.migration = new ReportView(looks);
    }

    /** The report. */
    public List<String> lines(DemoReport report) {
        List<String> lines = new ArrayList<>(migration.lines(report.migration()));
        lines.add("");
        Latency before = report.application().before();
        Latency during = report.application().during();
        lines.add("The application, " + Words.count(report.application().writesPerSecond(), "write") + " a second, "
                + Words.count(report.application().failedWrites()) + " failed");
        lines.add(labelled("latency before", latency(before)));
        lines.add(labelled("latency during", latency(during)));
        lines.add(labelled("while it filled", latency(report.application().filling())));
        String promised = "p99 of at most " + Words.millis(report.application().promisedMillis()) + ": ";
        lines.add(labelled(
                "promised",
                promised + (report.application().isWithinPromise() ? paint.good("kept") : paint.bad("not kept"))));
        lines.add("");
        Comparison comparison = report.comparison();
        if (comparison != null) {
            lines.addAll(comparison(comparison.fill(), comparison.update()));
            lines.add("");
        }
        lines.add("Counted by the demo's own SQL, which shares nothing with the product");
        Judgement judgement = report.judgement();
        lines.add(labelled("rows wrong", verdict(judgement.rowsWrong()) + " of " + Words.count(judgement.rows())));
        lines.add(labelled(
                "writes lost",
                verdict(judgement.writesLost()) + " of " + Words.count(judgement.writesChecked(), "order")
                        + " whose last committed write is known"));
        judgement.unfinished().forEach(what -> lines.add(labelled("unfinished", paint.bad(what))));
        lines.add("");
        lines.add(report.right() ? paint.good("Nothing is wrong.") : paint.bad("Something is wrong: see above."));
        return lines;
    }

    private static List<String> comparison(Cost fill, Cost update) {
        return List.of(
                "The fill beside one UPDATE of the same table, on the same server, without the application",
                labelled("time", beside(seconds(fill), seconds(update), fill.seconds() / update.seconds())),
                labelled(
                        "WAL written",
                        beside(
                                Words.bytes(fill.walBytes()) + " with the application's",
                                Words.bytes(update.walBytes()),
                                (double) fill.walBytes() / update.walBytes())),
                labelled("table", growth(fill.tableGrowth()) + ", one UPDATE " + growth(update.tableGrowth())),
                labelled("indexes", growth(fill.indexGrowth()) + ", one UPDATE " + growth(update.indexGrowth())));
    }

    private static String beside(String fill, String update, double ratio) {
        return String.format(Locale.ROOT, "%s, one UPDATE %s: %.2f of it", fill, update, ratio);
    }

    private static String seconds(Cost cost) {
        return String.format(Locale.ROOT, "%.1f s", cost.seconds());
    }

    private static String growth(double factor) {
        return String.format(Locale.ROOT, "×%.2f", factor);
    }

    private String verdict(long count) {
        return count == 0 ? paint.good("0") : paint.bad(Words.count(count));
    }

    private static String latency(Latency latency) {
        return "p50 " + Words.millis(latency.p50Millis()) + ", p99 " + Words.millis(latency.p99Millis()) + ", max "
                + Words.millis(latency.maxMillis()) + " over " + Words.count(latency.writes(), "write");
    }
}
