package dev.infill.coordinator.migration;

import dev.infill.protocol.Directive.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Decides how hard the workers push: adds a little while every signal is within its budget, halves when one is over,
 * holds when one is at twice its budget (additive increase, multiplicative decrease).
 */
public final class Governor {
    private static final double STEP_UP = 0.1;
    private static final double LEAST = 0.02;
    private static final double CRITICAL = 2;

    private Governor() {}

    /** What the database feels. */
    public record Signals(long retainedWalBytes, Duration replicaLag) {}

    /** What it may feel. */
    public record Budgets(long maxRetainedWalBytes, Duration maxReplicaLag) {}

    /** A signal as a share of its budget, in words. */
    private record Load(double share, String words) {}

    /** The pace for the next second, given that of the last one. */
    public static Pace next(Pace last, Signals signals, Budgets budgets) {
        List<Load> loads = new ArrayList<>();
        loads.add(new Load(
                (double) signals.retainedWalBytes() / budgets.maxRetainedWalBytes(),
                String.format(
                        Locale.ROOT,
                        "WAL retained by the slot %d MB > %d MB",
                        signals.retainedWalBytes() >> 20,
                        budgets.maxRetainedWalBytes() >> 20)));
        loads.add(new Load(
                (double) signals.replicaLag().toMillis()
                        / Math.max(1, budgets.maxReplicaLag().toMillis()),
                String.format(
                        Locale.ROOT,
                        "replica lag %.1f s > %.1f s",
                        signals.replicaLag().toMillis() / 1000.0,
                        budgets.maxReplicaLag().toMillis() / 1000.0)));
        Load worst = loads.stream().max(Comparator.comparingDouble(Load::share)).orElseThrow();
        return next(last, worst);
    }

    private static Pace next(Pace last, Load worst) {
        if (worst.share() >= CRITICAL) {
            return new Pace(0, worst.words());
        }
        if (worst.share() > 1) {
            return new Pace(Math.max(LEAST, last.value() / 2), worst.words());
        }
        double value = Math.min(1, last.value() + STEP_UP);
        return new Pace(value, value < 1 ? last.throttledBy() : null);
    }
}
