package dev.infill.cli.document;

import dev.infill.cli.screen.Words;
import dev.infill.protocol.status.Proof;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Every range in a table that is folded away; of very many the first thousand, for a browser must stay usable. */
final class RangeTable {
    private static final int MOST = 1000;

    private static final Set<String> NUMBERS = Set.of("range", "rows", "wrong", "took");

    private final List<Proof.Range> ranges;

    RangeTable(List<Proof.Range> ranges) {
        this.ranges = ranges;
    }

    void write(Markup html) {
        if (ranges.isEmpty()) {
            return;
        }
        List<Proof.Range> shown = ranges.subList(0, Math.min(MOST, ranges.size()));
        html.raw("<p>").text(summary(ranges)).raw("</p>\n<details>");
        html.element(
                "summary",
                shown.size() == ranges.size()
                        ? "All ranges"
                        : "The first " + Words.count(shown.size())
                                + " ranges; all of them are in the JSON of this page");
        html.raw("<div class=\"scroll\"><table><thead><tr>");
        for (String head :
                List.of("range", "from", "to", "rows", "wrong", "digest", "compared at", "took", "retries")) {
            html.element(NUMBERS.contains(head) ? "th scope=\"col\" class=\"number\"" : "th scope=\"col\"", head);
        }
        html.raw("</tr></thead><tbody>\n");
        shown.forEach(range -> row(range, html));
        html.raw("</tbody></table></div></details>\n");
    }

    /** All of them in two sentences. */
    static String summary(List<Proof.Range> ranges) {
        long digested = ranges.stream().filter(range -> range.digest() != null).count();
        long troubled = ranges.stream()
                .filter(range -> range.errors() + range.retaken() > 0)
                .count();
        double seconds = ranges.stream()
                .mapToDouble(range -> range.compareSeconds() == null ? 0 : range.compareSeconds())
                .max()
                .orElse(0);
        return Words.count(digested) + " of " + Words.count(ranges.size(), "range")
                + (ranges.size() == 1 ? " has" : " have") + " a digest. The longest comparison took "
                + Words.millis(seconds * 1000) + ". "
                + (troubled == 0
                        ? "No range had to be tried again."
                        : Words.count(troubled, "range") + " had to be tried again or taken over.");
    }

    private static void row(Proof.Range range, Markup html) {
        Double seconds = range.compareSeconds();
        String error = range.lastError();
        html.raw("<tr>")
                .element("td class=\"number\"", Integer.toString(range.number()))
                .element("td class=\"mono\"", bound(range.from(), "the first"))
                .element("td class=\"mono\"", bound(range.to(), "the last"))
                .element("td class=\"number\"", Words.count(range.rows()))
                .element("td class=\"number\"", Words.count(range.mismatches()))
                .element("td class=\"mono\"", range.digest() == null ? "–" : range.digest())
                .element("td class=\"nowrap\"", range.comparedAt() == null ? "–" : Facts.time(range.comparedAt()))
                .element("td class=\"number\"", seconds == null ? "–" : String.format(Locale.ROOT, "%.2f s", seconds))
                .element("td", Integer.toString(range.errors() + range.retaken()) + (error == null ? "" : ", " + error))
                .raw("</tr>\n");
    }

    private static String bound(List<String> bound, String open) {
        return bound.isEmpty() ? open : String.join(", ", bound);
    }
}
