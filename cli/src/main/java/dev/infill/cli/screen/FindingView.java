package dev.infill.cli.screen;

import dev.infill.protocol.status.Finding;
import java.util.ArrayList;
import java.util.List;

/** One finding as a few lines: what, why, what to do, and the SQL that does it. */
final class FindingView {
    private static final String INDENT = "         ";
    private static final String ARROW = INDENT + "→ ";
    private static final int NARROWEST = 60;
    private static final int WIDEST = 120;

    private final Paint paint;
    private final int columns;

    FindingView(Paint paint, int columns) {
        this.paint = paint;
        this.columns = Math.max(NARROWEST, Math.min(WIDEST, columns));
    }

    List<String> lines(Finding finding) {
        return lines(finding, "");
    }

    /** The same behind the place that it is about. */
    List<String> lines(Finding finding, String place) {
        List<String> lines = new ArrayList<>();
        List<String> found = wrapped(place + finding.found() + " (" + finding.code() + ")", columns - INDENT.length());
        lines.add(severity(finding) + paint.strong(found.get(0)));
        found.stream().skip(1).forEach(line -> lines.add(INDENT + paint.strong(line)));
        wrapped(finding.why(), columns - INDENT.length()).forEach(line -> lines.add(INDENT + line));
        List<String> remedy = wrapped(finding.remedy(), columns - ARROW.length());
        lines.add(ARROW + remedy.get(0));
        remedy.stream().skip(1).forEach(line -> lines.add(INDENT + "  " + line));
        String sql = finding.sql();
        if (sql != null) {
            // As it is, so that it can be copied.
            sql.lines().forEach(line -> lines.add(INDENT + "  " + paint.held(line)));
        }
        return lines;
    }

    private String severity(Finding finding) {
        return switch (finding.severity()) {
            case BLOCK -> paint.bad("refused") + "  ";
            case WARN -> paint.held("warning") + "  ";
            case INFO -> paint.faint("note") + "     ";
        };
    }

    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : printable(text).strip().split(" +", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** Names may hold line breaks and what moves a terminal's cursor. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "␣");
    }
}
