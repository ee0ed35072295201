package dev.infill.worker.postgres;

import dev.infill.worker.range.Directives;
import dev.infill.worker.range.MonotonicTime;
import dev.infill.worker.range.Observer;
import dev.infill.worker.transform.Transforms;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What all work of a worker shares.
 *
 * @param worker its id, as the ledger and the results have it
 * @param transforms application code that computes values
 * @param clock for what people read
 * @param time for what is measured
 */
public record Surroundings(
        String worker,
        WorkerSessions sessions,
        Supplier<Directives> directives,
        Observer observer,
        Transforms transforms,
        InstantSource clock,
        MonotonicTime time) {}
