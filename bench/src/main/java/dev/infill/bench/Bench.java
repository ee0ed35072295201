package dev.infill.bench;

import dev.infill.bench.candidate.Candidate;
import dev.infill.bench.measure.Measurement;
import dev.infill.bench.report.Results;
import dev.infill.bench.report.Results.ShapeResult;
import dev.infill.bench.server.BenchServer;
import dev.infill.bench.table.TableCopy;
import dev.infill.bench.table.TableMaker;
import dev.infill.bench.table.TableShape;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Measures everything in a plan, one after the other. */
public final class Bench {
    private final BenchServer server;
    private final Random random;
    private final BooleanSupplier stopped;
    private final Consumer<String> say;

    /**
     * Nothing measured so far.
     *
     * @param random shuffles the candidates in each round, so that none always comes first
     * @param stopped whether somebody wants it to end after the candidate that is at work
     */
    public Bench(BenchServer server, Random random, BooleanSupplier stopped, Consumer<String> say) {
        this.server = server;
        this.random = random;
        this.stopped = stopped;
        this.say = say;
    }

    /**
     * Runs the plan.
     *
     * @param keep is given what there is after each shape, so that a run that is stopped leaves something
     */
    public void run(Plan plan, Results results, Consumer<Results> keep) throws SQLException, IOException {
        try (TableMaker maker = new TableMaker(server)) {
            for (TableShape shape : plan.shapes()) {
                if (stopped.getAsBoolean()) {
                    return;
                }
                say.accept("Table " + shape.name() + ": " + shape.title() + ".");
                List<Measurement> measured = measure(plan, shape, maker);
                results.shapes().add(new ShapeResult(shape, measured));
                keep.accept(results);
            }
        }
    }

    private List<Measurement> measure(Plan plan, TableShape shape, TableMaker maker) throws SQLException, IOException {
        List<Measurement> measured = new ArrayList<>();
        for (int round = 1; round <= plan.rounds(); round++) {
            List<Candidate> candidates = new ArrayList<>(plan.candidates());
            Collections.shuffle(candidates, random);
            for (Candidate candidate : candidates) {
                if (stopped.getAsBoolean()) {
                    return measured;
                }
                Measurement one = measure(candidate, round, maker.copy(shape));
                measured.add(one);
                say.accept(line(plan, one));
            }
        }
        return measured;
    }

    private Measurement measure(Candidate candidate, int round, TableCopy copy) throws SQLException, IOException {
        try (copy;
                Trial trial = Trial.prepare(server, candidate, copy)) {
            return trial.run(round);
        }
    }

    private static String line(Plan plan, Measurement one) {
        return String.format(
                Locale.ROOT,
                "  round %d of %d  %-15s %8.2f s  WAL %5d MB  heap ×%.2f  HOT %3.0f %%%s",
                one.round(),
                plan.rounds(),
                one.candidate(),
                one.times().fill(),
                one.fill().walBytes() >> 20,
                (double) one.after().heap() / one.before().heap(),
                100.0 * one.rows().hot() / Math.max(1, one.rows().updated()),
                one.rows().wrong() == 0 ? "" : "  wrong rows: " + one.rows().wrong());
    }
}
