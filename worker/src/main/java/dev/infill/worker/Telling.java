package dev.infill.worker;

import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Result;
import dev.infill.protocol.TaskKind;
import dev.infill.worker.kafka.Results;
import dev.infill.worker.measure.RepairMeasurements;
import dev.infill.worker.measure.WorkerMeters;
import dev.infill.worker.range.Observer;
import java.time.Duration;

/** Passes on what happened to those who count it and those who tell it. */
record Telling(Results results, WorkerMeters meters, RepairMeasurements measurements) implements Observer {
    @Override
    public void reported(Result.RangeReported result) {
        results.tell(result);
    }

    @Override
    public void batchCommitted(String migration, TaskKind kind, Result.Rows rows, Duration took) {
        meters.batchCommitted(kind, rows, took);
    }

    @Override
    public void rejected(DeadLetter letter) {
        results.tell(letter);
        meters.rejected(letter.sqlState());
    }

    @Override
    public void repaired(Repairs repairs) {
        measurements.add(repairs);
        meters.repaired(repairs);
    }
}
