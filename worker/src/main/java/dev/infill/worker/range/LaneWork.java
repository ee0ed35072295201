package dev.infill.worker.range;

import java.util.List;

/**
 * Records of one partition, or of several of one topic, that are dealt with together, in turns; one thread at a time, not
 * always the same.
 */
@FunctionalInterface
public interface LaneWork {
    /** Works until everything is done, something must be waited for, or the halt is raised. */
    Turn turn(Halt halt) throws InterruptedException;

    /** Whether this partition's records are dealt with for good, though others' may not be; asked between turns. */
    default boolean isOver(Place place) {
        return false;
    }

    /** Where the work of lanes comes from. */
    @FunctionalInterface
    interface Source {
        /** The work that these records ask for; at least one portion, each of another partition of the same topic. */
        LaneWork begin(List<Portion> portions);
    }

    /** A partition of a topic. */
    record Place(String topic, int partition) {}

    /**
     * What stands in front of a partition.
     *
     * @param records in the partition's order; none where all were tombstones
     */
    record Portion(Place place, List<byte[]> records) {
        public Portion {
            records = List.copyOf(records);
        }
    }
}
