package dev.infill.coordinator.pace;

import org.jspecify.annotations.Nullable;

/**
 * A signal held against its budget.
 *
 * @param share the worst value as a share of the budget; infinite for a signal that can't be read
 * @param words like {@code replica lag 6.1 s > 5.0 s}, or {@code replica lag 0.2 s of 5.0 s} within the budget
 */
public record Load(Budget budget, double share, String words) {
    static Load of(Budget budget, @Nullable Reading reading) {
        if (reading instanceof Reading.Measured measured) {
            double share = measured.worst() / budget.limit();
            double shown = share > 1 ? measured.worst() : measured.value();
            String relation = share > 1 ? " > " : " of ";
            Signal signal = budget.signal();
            return new Load(
                    budget, share, budget.name() + " " + signal.words(shown) + relation + signal.words(budget.limit()));
        }
        String why = reading instanceof Reading.Unreadable unreadable ? unreadable.why() : "nobody has looked yet";
        return new Load(budget, Double.POSITIVE_INFINITY, budget.name() + " can't be read: " + why);
    }

    boolean isOver() {
        return share > 1;
    }

    /** From here on more pace would soon be too much. */
    boolean isNear() {
        return share > 0.8;
    }

    boolean isCritical() {
        return share >= budget.signal().critical();
    }

    boolean isUnreadable() {
        return share == Double.POSITIVE_INFINITY;
    }
}
