package dev.infill.cli.screen;

import dev.infill.protocol.status.PaceStatus;
import dev.infill.protocol.status.PaceStatus.SignalStatus;
import dev.infill.protocol.status.Protection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How hard a migration pushes, as text. */
public final class PaceView {
    private static final double NEAR = 0.8;
    private static final int MOST_RESTS = 3;

    private final Paint paint;

    /** @param looks of the stream it is for */
    public PaceView(Console.Looks looks) {
        this.paint = new Paint(looks.colors());
    }

    /** The pace, what binds, and every signal against its budget. */
    public List<String> lines(PaceStatus pace) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.strong(pace.migration()) + "   pace " + Words.percent(pace.pace()));
        String throttledBy = pace.throttledBy();
        lines.add(
                StatusView.labelled("held back", throttledBy == null ? "by nothing" : paint.held("by " + throttledBy)));
        lines.add(StatusView.labelled("wanted", pace.wanted() + (pace.changed() ? ", changed since submitted" : "")));
        lines.add(StatusView.labelled("rested", rested(pace.protection())));
        pace.signals().forEach(signal -> lines.add(StatusView.labelled("signal", signal(signal))));
        return lines;
    }

    private String signal(SignalStatus signal) {
        Double share = signal.share();
        if (share == null || share > 1) {
            return paint.bad(signal.words());
        }
        return share > NEAR ? paint.held(signal.words()) : paint.good(signal.words());
    }

    /** What the protection cost, in words: {@code 12.3 s (40 %): application latency 9.1 s, a slow start 3.2 s}. */
    public static String rested(Protection protection) {
        if (protection.rests().isEmpty()) {
            return "never";
        }
        return seconds(protection.restedSeconds()) + " (" + Words.percent(protection.share()) + " of fill and verify): "
                + protection.rests().stream()
                        .limit(MOST_RESTS)
                        .map(rest -> rest.reason() + " " + seconds(rest.seconds()))
                        .collect(Collectors.joining(", "));
    }

    private static String seconds(double seconds) {
        return Words.duration(Duration.ofMillis((long) (seconds * 1000)));
    }
}
