package dev.infill.worker.scene;

import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Result;
import dev.infill.protocol.TaskKind;
import dev.infill.worker.range.Observer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a worker did. */
public final class Watcher implements Observer {
    private final List<Result.RangeReported> results = new CopyOnWriteArrayList<>();
    private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
    private final List<Repairs> repairs = new CopyOnWriteArrayList<>();
    private volatile Runnable afterBatch = () -> {};

    /** Does something after each batch, on the worker's own thread. */
    public void afterBatch(Runnable action) {
        afterBatch = action;
    }

    public List<Result.RangeReported> results() {
        return results;
    }

    public List<DeadLetter> letters() {
        return letters;
    }

    public List<Repairs> repairs() {
        return repairs;
    }

    @Override
    public void reported(Result.RangeReported result) {
        results.add(result);
    }

    @Override
    public void batchCommitted(String migration, TaskKind kind, Result.Rows rows, Duration took) {
        afterBatch.run();
    }

    @Override
    public void rejected(DeadLetter letter) {
        letters.add(letter);
    }

    @Override
    public void repaired(Repairs done) {
        repairs.add(done);
    }
}
