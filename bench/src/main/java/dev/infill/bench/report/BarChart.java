package dev.infill.bench.report;

import java.util.List;
import java.util.Locale;

/** Horizontal bars as SVG, readable on light and on dark paper. */
final class BarChart {
    private static final int LABEL_WIDTH = 260;
    private static final int BAR_WIDTH = 340;
    private static final int WIDTH = 720;
    private static final int ROW = 20;
    private static final int BAR = 14;
    private static final int HEAD = 30;
    private static final int GAP = 14;

    private static final String FRAME = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
            <title>%s</title>
            <style>
              text { font: 12px system-ui, sans-serif; fill: #24292f; }
              .head { font-weight: 600; }
              .label { text-anchor: end; }
              .bar { fill: #9aa4af; }
              .ours { fill: #1a7f5a; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                .bar { fill: #6e7681; }
                .ours { fill: #3fb98a; }
              }
            </style>
            %s</svg>
            """;

    private BarChart() {}

    /**
     * One thing that was measured.
     *
     * @param bars in the order in which they are drawn
     */
    record Panel(String title, List<Bar> bars) {
        Panel {
            bars = List.copyOf(bars);
        }
    }

    /**
     * A bar.
     *
     * @param words what stands beside it
     * @param ours drawn in the other color
     */
    record Bar(String label, double value, String words, boolean ours) {}

    static String svg(String title, List<Panel> panels) {
        StringBuilder body = new StringBuilder();
        int y = 0;
        for (Panel panel : panels) {
            y = draw(panel, y, body);
        }
        return FRAME.formatted(WIDTH, y, WIDTH, y, escaped(title), body);
    }

    private static int draw(Panel panel, int top, StringBuilder body) {
        int y = top + HEAD;
        body.append("<text class=\"head\" x=\"0\" y=\"%d\">%s</text>%n".formatted(y - ROW / 2, escaped(panel.title())));
        double longest = panel.bars().stream().mapToDouble(Bar::value).max().orElse(1);
        for (Bar bar : panel.bars()) {
            double width = longest <= 0 ? 0 : BAR_WIDTH * bar.value() / longest;
            body.append(String.format(
                    Locale.ROOT,
                    """
            <text class="label" x="%d" y="%d">%s</text><rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>\
            <text x="%.1f" y="%d">%s</text>
            """,
                    LABEL_WIDTH,
                    y + BAR - 3,
                    escaped(bar.label()),
                    bar.ours() ? "ours" : "bar",
                    LABEL_WIDTH + 8,
                    y,
                    width,
                    BAR,
                    LABEL_WIDTH + 14 + width,
                    y + BAR - 3,
                    escaped(bar.words())));
            y += ROW;
        }
        return y + GAP;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("`", "");
    }
}
