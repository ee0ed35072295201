package dev.infill.cli.host;

import dev.infill.protocol.Part;
import java.util.List;

/** The parts whose health this process answers for. */
public record Vitals(List<Part> parts) {
    public Vitals {
        parts = List.copyOf(parts);
    }

    /** Whether every part's own loops turn. */
    boolean alive() {
        return parts.stream().allMatch(Part::isAlive);
    }

    /** Whether every part does its work now. */
    boolean ready() {
        return parts.stream().allMatch(Part::isReady);
    }
}
