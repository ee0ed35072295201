package dev.infill.worker.range;

import java.util.List;

/** The records of one partition that are dealt with together, in turns; one thread at a time, not always the same. */
@FunctionalInterface
public interface LaneWork {
    /** Works until everything is done, something must be waited for, or the halt is raised. */
    Turn turn(Halt halt) throws InterruptedException;

    /** Where the work of a lane comes from. */
    @FunctionalInterface
    interface Source {
        /** The work that these records of one partition ask for; the records are in the partition's order. */
        LaneWork begin(Place place, List<byte[]> records);
    }

    /** A partition of a topic. */
    record Place(String topic, int partition) {}
}
