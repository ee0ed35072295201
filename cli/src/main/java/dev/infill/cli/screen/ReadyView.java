package dev.infill.cli.screen;

import dev.infill.protocol.status.Readiness;
import dev.infill.protocol.status.Readiness.Measured;
import dev.infill.protocol.status.Writers;
import dev.infill.protocol.status.Writers.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The answer to a pipeline's question, as text. */
public final class ReadyView {
    private final Paint paint;

    /** @param looks of the stream it is for */
    public ReadyView(Console.Looks looks) {
        this.paint = new Paint(looks.colors());
    }

    /** The answer, what is missing, and who writes. */
    public List<String> lines(Readiness readiness) {
        List<String> lines = new ArrayList<>();
        String answer = readiness.ready() ? paint.good("ready") : paint.held("not ready");
        lines.add(paint.strong(readiness.migration()) + "   " + answer + " for "
                + readiness.question().word());
        readiness.missing().forEach(words -> lines.add(StatusView.labelled("missing", words)));
        Measured measured = readiness.measured();
        Double p99 = measured.stalenessP99Millis();
        if (p99 != null) {
            lines.add(StatusView.labelled(
                    "staleness",
                    "p99 " + Words.millis(p99) + ", it may be " + Words.millis(measured.stalenessBudgetMillis())));
        }
        if (measured.quietSecondsWanted() > 0) {
            lines.add(StatusView.labelled(
                    "quiet",
                    Words.seconds((long) measured.quietSeconds()) + " without a repair, wanted are "
                            + Words.seconds((long) measured.quietSecondsWanted())));
        }
        lines.addAll(writers(measured.writers()));
        return lines;
    }

    private List<String> writers(Writers writers) {
        if (writers.rows() == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        writers.each().forEach(writer -> lines.add(StatusView.labelled("writer", writer(writer))));
        lines.add(StatusView.labelled(
                "known",
                "the writer of " + Words.percent((double) writers.knownRows() / writers.rows()) + " of "
                        + Words.count(writers.rows(), "changed row") + " in the last "
                        + Words.duration(Duration.ofSeconds((long) writers.seconds()))
                        + "; short transactions are mostly missed"));
        return lines;
    }

    private String writer(Writer writer) {
        String wrong = (writer.repaired() == 0 ? "" : ", " + Words.count(writer.repaired()) + " had to be repaired")
                + (writer.differing() == 0 ? "" : ", " + Words.count(writer.differing()) + " differ and were left");
        String words = writer.words() + ": " + Words.count(writer.arrivedRight(), "row") + " arrived right" + wrong;
        return wrong.isEmpty() ? paint.good(words) : paint.held(words);
    }
}
