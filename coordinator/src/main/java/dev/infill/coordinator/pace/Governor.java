package dev.infill.coordinator.pace;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides once a second how hard the workers push: all budgets hold together, so the pace is the smallest that they allow.
 *
 * <p>Additive increase, multiplicative decrease. The step of the increase follows the pace at which a budget bound last, so that
 * one worker at pace 0.9 and sixteen at 0.05 are steered alike. Within a fifth of a budget that is being used up nothing grows; over a budget that is
 * shrinking already nothing falls further: so a signal that answers late is not punished twice for one sin.
 */
public final class Governor {
    /** Where a fill begins: little is felt of so little, and full pace is a few seconds away. */
    public static final double FIRST = 0.2;

    /** Work never stops because of a budget alone, unless it is critical: a lane writes a batch every two seconds. */
    static final double LEAST = 0.005;

    private static final double FALL = 0.8;
    /** With ten probes a second this step and that fall meet where about six probes in a thousand are over the budget. */
    private static final double STEP = 0.015;

    private static final double LARGEST_STEP = 0.2;
    private static final int CALM_SECONDS = 20;
    private static final double SLOW_START = 1.6;
    /** A signal shrinks when it is at most this share of what it was. */
    private static final double SHRINKING = 0.97;

    /** Below that the round trips would cost more than the rows. */
    private static final Duration SHORTEST_BATCH = Duration.ofMillis(10);

    private Governor() {}

    /**
     * What is remembered from one second to the next.
     *
     * @param pace while nothing is critical
     * @param boundAt the pace at which a budget bound last; 0: none has
     * @param calmSeconds since a budget bound
     * @param reason what bound last, in words; empty at full pace
     * @param shares of each signal's budget a second ago
     */
    public record State(double pace, double boundAt, int calmSeconds, String reason, Map<Signal, Double> shares) {
        /** Before a fill. */
        public static final State FIRST = new State(Governor.FIRST, 0, 0, "a slow start", Map.of());

        /** Before a fill that nobody feels: what is guarded then, such as the disk, fills slowly. */
        public static final State AT_ONCE = new State(1, 0, 0, "", Map.of());

        public State {
            shares = Map.copyOf(shares);
        }

        /** When what bound turns out to have been no fault of ours. */
        public State absolved() {
            return new State(pace, 0, 0, reason, shares);
        }

        /** For a coordinator that takes over from another. */
        public static State resumed(double pace, String reason) {
            return new State(Math.max(LEAST, pace), Math.max(LEAST, pace), 0, reason, Map.of());
        }
    }

    /**
     * What is to be done.
     *
     * @param pace 0 to 1; 0 also where the state's pace is more, as long as something is critical
     * @param reason what holds it down, in words; empty at full pace
     */
    public record Decision(double pace, String reason, List<Load> loads, State state) {
        public Decision {
            loads = List.copyOf(loads);
        }
    }

    /** The pace for the next second. */
    public static Decision next(State last, List<Budget> budgets, Map<Signal, Reading> readings) {
        List<Load> loads = budgets.stream()
                .map(budget -> Load.of(budget, readings.get(budget.signal())))
                .sorted(Comparator.comparingDouble(Load::share).reversed())
                .toList();
        Map<Signal, Double> shares = new EnumMap<>(Signal.class);
        loads.forEach(load -> shares.put(load.budget().signal(), load.share()));
        return decide(last, loads, shares);
    }

    private static Decision decide(State last, List<Load> loads, Map<Signal, Double> shares) {
        Load blind = first(loads, Load::isUnreadable);
        if (blind != null) {
            return new Decision(0, blind.words(), loads, remembered(last, blind.words(), shares));
        }
        Load critical = first(loads, Load::isCritical);
        if (critical != null) {
            boolean isNew = !isCritical(last, critical);
            State state = isNew ? fallen(last, 0.5, critical, shares) : remembered(last, critical.words(), shares);
            return new Decision(0, critical.words(), loads, state);
        }
        Load over = first(loads, Load::isOver);
        State next;
        if (over == null) {
            Load near = first(loads, load -> load.isNear() && isRising(last, load));
            next = near == null ? grown(last, shares) : near(last, near, shares);
        } else {
            boolean shrinks = loads.stream().filter(Load::isOver).allMatch(load -> isShrinking(last, load));
            next = shrinks ? remembered(last, over.words(), shares) : fallen(last, FALL, over, shares);
        }
        return new Decision(next.pace(), next.pace() < 1 ? next.reason() : "", loads, next);
    }

    /**
     * How long a batch may take at a pace: who waits for a row of it waits that long at most, and rests between batches do not
     * make that shorter.
     */
    public static Duration batch(Duration usual, double pace) {
        Duration shorter = Duration.ofNanos(Math.round(usual.toNanos() * pace));
        Duration least = usual.compareTo(SHORTEST_BATCH) < 0 ? usual : SHORTEST_BATCH;
        return shorter.compareTo(least) < 0 ? least : shorter;
    }

    private static @Nullable Load first(List<Load> loads, Predicate<Load> which) {
        return loads.stream().filter(which).findFirst().orElse(null);
    }

    private static boolean isCritical(State last, Load load) {
        Signal signal = load.budget().signal();
        return last.shares().getOrDefault(signal, 0.0) >= signal.critical();
    }

    /** The probe's worst second says nothing about the next one; the others are levels. */
    private static boolean isShrinking(State last, Load load) {
        Signal signal = load.budget().signal();
        Double before = last.shares().get(signal);
        return signal != Signal.LATENCY && before != null && load.share() <= before * SHRINKING;
    }

    /** A level that stays where it is, such as the application's own connections, is no reason to stay behind. */
    private static boolean isRising(State last, Load load) {
        return load.share() > last.shares().getOrDefault(load.budget().signal(), 0.0);
    }

    private static State fallen(State last, double factor, Load why, Map<Signal, Double> shares) {
        return new State(Math.max(LEAST, last.pace() * factor), last.pace(), 0, why.words(), shares);
    }

    private static State remembered(State last, String reason, Map<Signal, Double> shares) {
        return new State(last.pace(), last.boundAt(), 0, reason, shares);
    }

    private static State near(State last, Load near, Map<Signal, Double> shares) {
        String reason = last.pace() < 1 ? near.words() : "";
        return new State(last.pace(), last.boundAt(), last.calmSeconds(), reason, shares);
    }

    private static State grown(State last, Map<Signal, Double> shares) {
        int calm = last.calmSeconds() + 1;
        // The longer nothing binds, the less the pace at which something once did is worth.
        double step = Math.min(
                LARGEST_STEP, STEP * Math.pow(2, (double) Math.max(0, calm - CALM_SECONDS) / CALM_SECONDS * 2));
        double pace = last.boundAt() == 0
                ? last.pace() * SLOW_START
                : last.pace() + Math.max(LEAST / 10, step * Math.max(last.boundAt(), last.pace()));
        double capped = Math.min(1, pace);
        return new State(capped, last.boundAt(), calm, capped < 1 ? last.reason() : "", shares);
    }
}
