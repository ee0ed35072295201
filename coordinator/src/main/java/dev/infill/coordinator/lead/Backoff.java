package dev.infill.coordinator.lead;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Waits longer after each failure in a row, with jitter, up to 10 s. Forgotten with the process, which is fine. */
final class Backoff {
    private static final long FIRST_MILLIS = 200;
    private static final long LONGEST_MILLIS = 10_000;

    private record Wait(int failures, long untilNanos) {}

    private final Map<String, Wait> waits = new HashMap<>();

    boolean isWaiting(String name) {
        Wait wait = waits.get(name);
        return wait != null && System.nanoTime() - wait.untilNanos() < 0;
    }

    void failed(String name) {
        int failures = waits.containsKey(name) ? waits.get(name).failures() + 1 : 1;
        long millis = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 10));
        long jittered = millis / 2 + ThreadLocalRandom.current().nextLong(millis);
        waits.put(name, new Wait(failures, System.nanoTime() + jittered * 1_000_000));
    }

    int failures(String name) {
        return waits.containsKey(name) ? waits.get(name).failures() : 0;
    }

    void succeeded(String name) {
        waits.remove(name);
    }
}
