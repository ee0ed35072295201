package dev.infill.cli.screen;

import dev.infill.protocol.Ownership;
import dev.infill.protocol.status.VerifyReport;
import dev.infill.protocol.status.VerifyReport.Digests;
import dev.infill.protocol.status.VerifyReport.Place;
import java.util.ArrayList;
import java.util.List;

/** What a comparison of a report with its table found, as text. Keys are shown, values never. */
public final class VerifyView {
    private static final int MOST_PLACES = 20;

    private final Paint paint;

    /** @param looks of the stream it is for */
    public VerifyView(Console.Looks looks) {
        this.paint = new Paint(looks.colors());
    }

    /** The result. */
    public List<String> lines(VerifyReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(report.migration()) + "   " + report.table() + "." + report.column() + "   "
                + (report.isKept() ? paint.good("as promised") : paint.bad("not as promised")));
        lines.add(ReportView.labelled("rows compared", Words.count(report.rows().compared())));
        lines.add(ReportView.labelled(
                "rows that differ", Words.count(report.rows().differing())));
        lines.add(ReportView.labelled("digests", digests(report.digests())));
        report.breaches()
                .forEach(breach -> lines.add(
                        ReportView.labelled("missing", paint.bad(breach.found()) + " (" + breach.code() + ")")));
        List<Place> places = report.rows().where();
        places.stream().limit(MOST_PLACES).forEach(place -> lines.add(ReportView.labelled("differ", place(place))));
        if (places.size() > MOST_PLACES) {
            lines.add(ReportView.labelled(
                    "", "and " + Words.count(places.size() - MOST_PLACES, "more place") + ", see --output json"));
        }
        if (report.ownership() != Ownership.DERIVED) {
            lines.add(ReportView.labelled(
                    "note",
                    "the column's owner was " + report.ownership().word()
                            + " when the migration was over: rows may differ on purpose"));
        } else if (report.rows().differing() > 0) {
            lines.add(
                    ReportView.labelled(
                            "note",
                            "Infill repairs nothing since " + report.reportedAt()
                                    + ": an application that writes another value than the expression has the column for its own"));
        }
        return lines;
    }

    private static String digests(Digests digests) {
        if (!digests.comparable()) {
            return "not comparable: another major version of PostgreSQL made those of the report, or no row was compared";
        }
        String before = digests.before();
        String whole = before == null
                ? "the report has none over all ranges"
                : before.equals(digests.now()) ? "nothing changed since the report" : "rows changed since the report";
        return whole
                + (digests.ranges() == 0
                        ? "; which ones can't be told, for their pages are others now"
                        : "; " + Words.count(digests.unchanged()) + " of " + Words.count(digests.ranges(), "range")
                                + " unchanged");
    }

    private static String place(Place place) {
        return Words.count(place.differing()) + " of " + Words.count(place.rows(), "row") + " "
                + (place.range() == null ? "" : "in range " + place.range() + " ") + "from "
                + bound(place.from(), "the first") + " up to " + bound(place.to(), "the last")
                + (place.failure() == null ? "" : ": the expression fails (" + place.failure() + ")");
    }

    private static String bound(List<String> bound, String open) {
        return bound.isEmpty() ? open : String.join(", ", bound);
    }
}
