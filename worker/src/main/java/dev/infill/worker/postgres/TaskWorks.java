package dev.infill.worker.postgres;

import dev.infill.protocol.RangeTask;
import dev.infill.protocol.json.Json;
import dev.infill.worker.range.LaneWork;
import dev.infill.worker.range.LaneWork.Portion;
import dev.infill.worker.range.Turn;
import java.io.UncheckedIOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the records of tasks topics into work on ranges. */
public final class TaskWorks implements LaneWork.Source {
    private static final Logger LOG = LoggerFactory.getLogger(TaskWorks.class);

    private final Surroundings surroundings;
    private final Experience experience = new Experience();

    public TaskWorks(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** A task is one record; what is no task is passed over, because the ledger knows what is open. */
    @Override
    public LaneWork begin(List<Portion> portions) {
        Portion portion = portions.get(0);
        if (portion.records().isEmpty()) {
            return halt -> Turn.OVER;
        }
        try {
            RangeTask task = Json.read(portion.records().get(0), RangeTask.class);
            return new TaskWork(task, experience, surroundings);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            LOG.warn(
                    "A record that is no range task was passed over: topic={} partition={}",
                    portion.place().topic(),
                    portion.place().partition());
            return halt -> Turn.OVER;
        }
    }
}
