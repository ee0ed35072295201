package dev.infill.cli.screen;

import java.io.PrintStream;
import java.util.List;

/** A block at the end of a terminal that is drawn over and over. */
final class LiveBlock implements Display {
    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    // A line that is too long for the window must not take two, or the block would creep downwards.
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final PrintStream out;
    private List<String> shown = List.of();

    LiveBlock(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void show(Frame frame) {
        draw("", frame.block());
    }

    @Override
    public synchronized void say(String line) {
        draw(line.lines().map(part -> part + CLEAR_TO_END_OF_LINE + "\n").reduce("", String::concat), shown);
    }

    private void draw(String above, List<String> block) {
        StringBuilder drawing = new StringBuilder(HIDE_CURSOR);
        if (!shown.isEmpty()) {
            drawing.append(UP.formatted(shown.size()));
        }
        drawing.append(above).append(NO_WRAP);
        for (String line : block) {
            drawing.append(line).append(CLEAR_TO_END_OF_LINE).append('\n');
        }
        // One write, so that nobody sees half a block.
        out.print(drawing.append(WRAP).append(CLEAR_BELOW).append(SHOW_CURSOR));
        out.flush();
        shown = block;
    }

    @Override
    public synchronized void settle() {
        shown = List.of();
    }
}
