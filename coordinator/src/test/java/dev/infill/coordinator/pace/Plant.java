package dev.infill.coordinator.pace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A database with workers and an application, second by second: so many workers are at work at once, by chance, as the pace
 * lets them; what they ask for beyond the capacity is felt as latency and piles up as replica lag.
 */
final class Plant {
    static final double LATENCY_BUDGET = 10;
    static final double LAG_BUDGET = 5;
    private static final int PROBES = 10;
    private static final double QUIET_MILLIS = 3;

    private final int workers;
    private final Random random;
    private double lagSeconds;

    Plant(int workers, long seed) {
        this.workers = workers;
        this.random = new Random(seed);
    }

    /** What one second brought. */
    record Second(double pace, String reason, int probes, int slowProbes, double lagSeconds) {}

    /** How many workers the database bears at a moment. */
    interface Capacity {
        double at(int second);
    }

    /** What binds. */
    enum Kind {
        LATENCY(Signal.LATENCY, LATENCY_BUDGET),
        LAG(Signal.REPLICA_LAG, LAG_BUDGET);

        private final Signal signal;
        private final double limit;

        Kind(Signal signal, double limit) {
            this.signal = signal;
            this.limit = limit;
        }
    }

    List<Second> run(Kind kind, int seconds, Capacity capacity) {
        List<Second> all = new ArrayList<>();
        Governor.State state = Governor.State.FIRST;
        double pace = Governor.FIRST;
        for (int second = 0; second < seconds; second++) {
            double bears = capacity.at(second);
            int slow = 0;
            double worst = 0;
            for (int probe = 0; probe < PROBES; probe++) {
                double felt = latency(pace, bears);
                worst = Math.max(worst, felt);
                slow += felt > LATENCY_BUDGET ? 1 : 0;
            }
            lagSeconds = Math.max(0, lagSeconds + (workers * pace / bears - 1) * (0.9 + 0.2 * random.nextDouble()));
            double value = kind == Kind.LATENCY ? worst : lagSeconds;
            Governor.Decision next = Governor.next(
                    state,
                    List.of(new Budget(kind.signal, kind.limit)),
                    Map.of(kind.signal, new Reading.Measured(value)));
            all.add(new Second(pace, next.reason(), PROBES, slow, lagSeconds));
            state = next.state();
            pace = next.pace();
        }
        return all;
    }

    /** Log-normal around what the workers of this moment make of it. */
    private double latency(double pace, double bears) {
        int active = 0;
        for (int worker = 0; worker < workers; worker++) {
            active += random.nextDouble() < pace ? 1 : 0;
        }
        double crowd = active / bears;
        return QUIET_MILLIS * (1 + 0.5 * crowd * crowd) * Math.exp(0.25 * random.nextGaussian());
    }
}
