package dev.infill.cli.document;

import dev.infill.protocol.status.Proof;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongFunction;

/** Charts as SVG that stands in the page; their colors are the page's, light or dark. */
final class Charts {
    private static final int WIDTH = 720;
    private static final int LABEL = 230;
    private static final int VALUE = 120;
    private static final int BAR = 18;
    private static final int LINE = 28;
    private static final int HEIGHT = 200;
    private static final int LEFT = 90;
    private static final int BOTTOM = 28;
    private static final int TOP = 12;
    private static final double PLOT_WIDTH = WIDTH - LEFT - 20.0;
    private static final double PLOT_HEIGHT = HEIGHT - TOP - (double) BOTTOM;
    private static final int MOST_POINTS = 300;

    private Charts() {}

    /**
     * A bar.
     *
     * @param strong whether it is one of those that count
     */
    record Bar(String label, double value, String text, boolean strong) {}

    /** Bars below each other, the longest as wide as there is room. */
    static String bars(String title, List<Bar> bars) {
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(0);
        double room = WIDTH - LABEL - VALUE;
        int height = bars.size() * LINE;
        Markup svg = opened(title, height);
        int y = 0;
        for (Bar bar : bars) {
            double width = most <= 0 ? 0 : Math.max(1, room * bar.value() / most);
            int middle = y + LINE / 2 + 4;
            svg.raw(String.format(
                            Locale.ROOT,
                            "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">",
                            LABEL - 10,
                            middle))
                    .text(shortened(bar.label()))
                    .raw("</text>")
                    .raw(String.format(
                            Locale.ROOT,
                            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>",
                            bar.strong() ? "bar" : "bar faint",
                            LABEL,
                            y + (LINE - BAR) / 2,
                            width,
                            BAR))
                    .raw(String.format(
                            Locale.ROOT, "<text class=\"value\" x=\"%.1f\" y=\"%d\">", LABEL + width + 8, middle))
                    .text(bar.text())
                    .raw("</text>");
            y += LINE;
        }
        return svg.raw("</svg>").toString();
    }

    /** How many rows had been compared, over time; empty where fewer than two ranges were. */
    static String compared(String title, List<Proof.Range> ranges, LongFunction<String> words) {
        List<Proof.Range> inTime = ranges.stream()
                .filter(range -> range.comparedAt() != null)
                .sorted(Comparator.comparing(range -> Objects.requireNonNull(range.comparedAt())))
                .toList();
        if (inTime.size() < 2) {
            return "";
        }
        Instant first = begin(inTime.get(0));
        Duration whole = Duration.between(
                first, Objects.requireNonNull(inTime.get(inTime.size() - 1).comparedAt()));
        double millis = Math.max(1, whole.toMillis());
        long all = Math.max(1, inTime.stream().mapToLong(Proof.Range::rows).sum());
        String points = points(inTime, first, millis, all);
        Markup svg = opened(title, HEIGHT);
        axis(svg, all, words);
        return svg.raw("<polygon class=\"area\" points=\"" + points
                        + String.format(Locale.ROOT, " %.1f,%d", LEFT + PLOT_WIDTH, HEIGHT - BOTTOM) + "\"/>")
                .raw("<polyline class=\"line\" points=\"" + points + "\"/>")
                .raw(String.format(Locale.ROOT, "<text class=\"value\" x=\"%d\" y=\"%d\">", LEFT, HEIGHT - 8))
                .text(Facts.time(first))
                .raw(String.format(
                        Locale.ROOT,
                        "</text><text class=\"value\" x=\"%d\" y=\"%d\" text-anchor=\"end\">",
                        WIDTH - 20,
                        HEIGHT - 8))
                .text("after " + Facts.seconds(millis / 1000))
                .raw("</text></svg>")
                .toString();
    }

    private static String points(List<Proof.Range> inTime, Instant first, double millis, long all) {
        int step = Math.max(1, inTime.size() / MOST_POINTS);
        StringBuilder points = new StringBuilder(String.format(Locale.ROOT, "%d,%d", LEFT, HEIGHT - BOTTOM));
        long rows = 0;
        for (int i = 0; i < inTime.size(); i++) {
            rows += inTime.get(i).rows();
            if (i % step == 0 || i == inTime.size() - 1) {
                double at = Duration.between(first, inTime.get(i).comparedAt()).toMillis();
                points.append(String.format(
                        Locale.ROOT,
                        " %.1f,%.1f",
                        LEFT + PLOT_WIDTH * Math.max(0, at) / millis,
                        HEIGHT - BOTTOM - PLOT_HEIGHT * rows / (double) all));
            }
        }
        return points.toString();
    }

    private static void axis(Markup svg, long all, LongFunction<String> words) {
        for (int quarter = 0; quarter <= 4; quarter++) {
            double y = HEIGHT - BOTTOM - PLOT_HEIGHT * quarter / 4;
            svg.raw(String.format(
                            Locale.ROOT,
                            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                            LEFT,
                            WIDTH - 20,
                            y,
                            y))
                    .raw(String.format(
                            Locale.ROOT,
                            "<text class=\"value\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                            LEFT - 8,
                            y + 4))
                    .text(words.apply(all * quarter / 4))
                    .raw("</text>");
        }
    }

    private static Instant begin(Proof.Range range) {
        Double took = range.compareSeconds();
        return Objects.requireNonNull(range.comparedAt()).minusMillis((long) ((took == null ? 0 : took) * 1000));
    }

    private static Markup opened(String title, int height) {
        return new Markup()
                .raw(String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, height))
                .text(title)
                .raw("\">");
    }

    private static String shortened(String label) {
        return label.length() <= 32 ? label : label.substring(0, 31) + "…";
    }
}
