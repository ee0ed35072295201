package dev.infill.cli.screen;

import dev.infill.protocol.status.SchemaChangeReport;
import dev.infill.protocol.status.SchemaStatus;
import dev.infill.protocol.status.SchemaStatus.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The statements that change the schema, and what others felt of them. */
final class SchemaView {
    private static final double MILLIS = 1000;

    private SchemaView() {}

    /** For the status: what runs, and what was done so far. */
    static List<String> lines(SchemaStatus schema) {
        List<String> lines = new ArrayList<>();
        running(schema).ifPresent(lines::add);
        long done = schema.changes().stream().filter(SchemaChangeReport::done).count();
        if (done > 0) {
            lines.add(Words.count(done, "change") + " done, " + longest(schema.changes()));
        }
        schema.changes().stream()
                .filter(change -> !change.done() && change.tries() > 0)
                .map(change -> change.what() + ": " + cost(change))
                .forEach(lines::add);
        return lines;
    }

    /** A long statement, and how far it is; where PostgreSQL does not say so, how long it has run. */
    static Optional<String> running(SchemaStatus schema) {
        Running running = schema.running();
        if (running == null) {
            return Optional.empty();
        }
        String phase = running.phase();
        String waitsFor = running.waitsFor();
        return Optional.of(running.what()
                + (phase == null ? "" : ": " + phase + progress(running))
                + " for " + Words.seconds(Math.round(running.seconds()))
                + (phase == null ? " (PostgreSQL does not say how far it is)" : "")
                + (waitsFor == null ? "" : ", waits for " + waitsFor));
    }

    private static String progress(Running running) {
        if (running.total() <= 0) {
            return "";
        }
        return ", " + Words.percent((double) running.done() / running.total()) + " of "
                + Words.count(running.total(), running.unit()) + ",";
    }

    /** For the report: a line each. */
    static List<String> report(List<SchemaChangeReport> changes) {
        List<String> lines = new ArrayList<>();
        lines.add(ReportView.labelled("schema changes", Words.count(changes.size()) + ", " + longest(changes)));
        for (SchemaChangeReport change : changes) {
            lines.add("    " + change.what() + (change.done() ? "" : " (not done)") + ": " + cost(change));
        }
        return lines;
    }

    private static String longest(List<SchemaChangeReport> changes) {
        double longest = changes.stream()
                .mapToDouble(SchemaChangeReport::longestMillis)
                .max()
                .orElse(0);
        return longest == 0 ? "nobody waited for one" : "nobody waited longer than " + Words.millis(longest);
    }

    private static String cost(SchemaChangeReport change) {
        String whom = change.waitsFor();
        return (change.tries() == 1 ? "1 try" : change.tries() + " tries")
                + String.format(Locale.ROOT, ", done after %.1f s", change.waitedSeconds())
                        .replace("done after", change.done() ? "done after" : "wanted for")
                + ", in the queue " + Words.millis(change.queuedMillis())
                + ", " + change.lock().toLowerCase(Locale.ROOT) + " held "
                + (change.heldMillis() >= MILLIS
                        ? Words.seconds(Math.round(change.heldMillis() / MILLIS))
                        : Words.millis(change.heldMillis()))
                + (whom == null ? "" : "; " + whom);
    }
}
