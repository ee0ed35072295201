package dev.infill.coordinator.pace;

/** What came of looking at a signal. */
public sealed interface Reading {
    /**
     * A value in the signal's unit.
     *
     * @param value as people are told it
     * @param worst since the last look, what the governor goes by; the same where a signal has no memory
     */
    record Measured(double value, double worst) implements Reading {
        /** A value without a memory. */
        public Measured(double value) {
            this(value, value);
        }
    }

    /** Nothing, so that nobody knows whether its budget is kept; says why and what to do. */
    record Unreadable(String why) implements Reading {}
}
