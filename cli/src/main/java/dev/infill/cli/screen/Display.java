package dev.infill.cli.screen;

import java.util.List;

/** Shows what goes on, as well as the stream can. */
public interface Display {
    /**
     * How it stands now.
     *
     * @param block for a terminal
     * @param line the same in one line, for a log
     */
    record Frame(List<String> block, String line) {
        public Frame {
            block = List.copyOf(block);
        }
    }

    /** Shows how it stands now, in place of the frame before. */
    void show(Frame frame);

    /** Says something that stays. */
    void say(String line);

    /** Leaves the last frame where it is; what comes next goes below. */
    void settle();
}
