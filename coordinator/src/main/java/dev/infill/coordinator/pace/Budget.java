package dev.infill.coordinator.pace;

/**
 * How much of a signal is allowed.
 *
 * @param name what people call the signal; an operator's query has a name of its own
 * @param limit in the signal's unit
 */
public record Budget(Signal signal, String name, double limit) {
    public Budget {
        if (!(limit > 0)) {
            throw new IllegalArgumentException("the budget of " + name + " must be more than nothing, got " + limit);
        }
    }

    /** A budget of a signal that has no other name. */
    public Budget(Signal signal, double limit) {
        this(signal, signal.words(), limit);
    }
}
