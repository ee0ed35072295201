package dev.infill.worker.range;

import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Result;
import dev.infill.protocol.TaskKind;
import java.time.Duration;
import java.util.List;

/** Who wants to know what the worker does: results, dead letters and meters. Never blocks, never throws. */
public interface Observer {
    /** A range was begun, moved on or closed. */
    void reported(Result.RangeReported result);

    /** A batch was committed. */
    void batchCommitted(String migration, TaskKind kind, Result.Rows rows, Duration took);

    /** A row was set aside because PostgreSQL refuses to write it; the ledger has it already. */
    void rejected(DeadLetter letter);

    /** Changed keys were repaired and the repair is durable. */
    void repaired(Repairs repairs);

    /**
     * A repair's transaction.
     *
     * @param stalenessMicros one for each change, from the application's commit to this one
     */
    record Repairs(String migration, long changes, long repaired, List<Long> stalenessMicros) {
        public Repairs {
            stalenessMicros = List.copyOf(stalenessMicros);
        }
    }
}
