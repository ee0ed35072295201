package dev.infill.worker.kafka;

/**
 * How a group's partitions are worked.
 *
 * @param name of the group's client and threads
 * @param recordsAtOnce how many records of one partition are dealt with together
 * @param recordsPerPoll how many records are taken from Kafka at a time
 * @param lanesAtOnce how many partitions are worked at the same time
 */
public record LaneSettings(String name, String group, int recordsAtOnce, int recordsPerPoll, int lanesAtOnce) {}
