package dev.infill.protocol.status;

import java.util.List;

/**
 * What the protection of the application and the server cost in time, while filling and verifying.
 *
 * @param restedSeconds how long a worker's lane rested on average, all reasons together
 * @param share of the time of those stages
 * @param rests by reason, the longest first
 */
public record Protection(double restedSeconds, double share, List<Rest> rests) {
    /** Nothing was rested, or nobody has written down how much. */
    public static final Protection NONE = new Protection(0, 0, List.of());

    public Protection {
        rests = List.copyOf(rests);
    }

    /** What one signal cost. */
    public record Rest(String reason, double seconds) {}
}
