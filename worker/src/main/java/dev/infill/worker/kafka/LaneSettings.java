package dev.infill.worker.kafka;

import java.time.Duration;

/**
 * How a group's partitions are worked.
 *
 * @param name of the group's client and threads
 * @param recordsAtOnce how many records are dealt with together, of one partition or of several
 * @param recordsPerPoll how many records are taken from Kafka at a time
 * @param gathering how long it takes from one look for records to the next while there is work, so that more of them are
 *     dealt with together
 * @param commitEvery how long finished work may stay uncommitted; what is not committed may come again, and may do so
 * @param slots how many threads work at the same time
 */
public record LaneSettings(
        String name,
        String group,
        int recordsAtOnce,
        int recordsPerPoll,
        Duration gathering,
        Duration commitEvery,
        int slots) {}
