/**
 * Decides what becomes of what stands in the log: changed keys, barriers, heartbeats, Infill's own writes.
 * Pure: no Kafka, no JDBC, no Debezium, no clock, no threads.
 */
@NullMarked
package dev.infill.bridge.change;

import org.jspecify.annotations.NullMarked;
