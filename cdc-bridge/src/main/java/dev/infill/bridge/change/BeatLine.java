package dev.infill.bridge.change;

import java.util.List;

/**
 * The heartbeats that came through the slot. They are numbered without gaps, so a number left out means that a part of the
 * log never reached us.
 *
 * @param seen the last number
 * @param gaps how many holes were found since this line began
 */
public record BeatLine(long seen, int gaps) {
    /** Begins after a heartbeat that was noted in the ledger. */
    public static BeatLine after(long seen) {
        return new BeatLine(seen, 0);
    }

    /** The line after these heartbeats. A number that is not new came again with what was not confirmed. */
    public BeatLine with(List<Long> beats) {
        BeatLine line = this;
        for (long beat : beats) {
            if (beat > line.seen) {
                line = new BeatLine(beat, beat == line.seen + 1 ? line.gaps : line.gaps + 1);
            }
        }
        return line;
    }
}
