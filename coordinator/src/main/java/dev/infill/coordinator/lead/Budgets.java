package dev.infill.coordinator.lead;

import dev.infill.coordinator.pace.Budget;
import dev.infill.coordinator.pace.Signal;
import dev.infill.protocol.Stage;
import dev.infill.specification.Specification.Limits;
import dev.infill.specification.Specification.Pace;
import dev.infill.specification.Specification.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A specification's limits as the governor's budgets. */
final class Budgets {
    /** Nobody feels less than this. */
    private static final double LEAST_LATENCY_MILLIS = 10;

    private static final double LATENCY_FACTOR = 1.5;
    private static final double MILLI = 1000;

    private final List<Budget> budgets = new ArrayList<>();

    private Budgets() {}

    /** The budgets that hold in a stage; the baseline is what the application's latency was before, in microseconds. */
    static List<Budget> of(Pace pace, OptionalLong baseline, Stage stage) {
        Limits limits = pace.limits();
        Budgets all = new Budgets();
        all.add(Signal.LATENCY, millis(latency(limits.latency(), baseline)));
        all.add(Signal.REPLICA_LAG, seconds(limits.replicaLag()));
        all.add(Signal.RETAINED_WAL, limits.retainedWalBytes());
        all.add(Signal.ARCHIVE_BACKLOG, limits.archiveBacklogBytes());
        all.add(Signal.LOCK_WAITS, limits.lockWaits());
        all.add(Signal.OLDEST_SNAPSHOT, seconds(limits.snapshotAge()));
        Integer batches = limits.batches();
        all.add(Signal.BATCH, batches == null ? null : pace.batch().toMillis() * batches);
        all.add(Signal.CONNECTIONS, limits.connectionsPercent());
        if (stage == Stage.FILL) {
            all.add(Signal.DEAD_ROWS, limits.deadRowsPercent());
        }
        Query query = pace.query();
        if (query != null) {
            all.budgets.add(new Budget(Signal.QUERY, query.name(), query.max()));
        }
        return List.copyOf(all.budgets);
    }

    private void add(Signal signal, @Nullable Number limit) {
        if (limit != null) {
            budgets.add(new Budget(signal, limit.doubleValue()));
        }
    }

    private static @Nullable Duration latency(@Nullable Duration limit, OptionalLong baseline) {
        if (!Limits.AS_BEFORE.equals(limit)) {
            return limit;
        }
        double millis = Math.max(LEAST_LATENCY_MILLIS, LATENCY_FACTOR * baseline.orElse(0) / MILLI);
        return Duration.ofNanos((long) (millis * 1_000_000));
    }

    private static @Nullable Double millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toNanos() / 1e6;
    }

    private static @Nullable Double seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toNanos() / 1e9;
    }
}
