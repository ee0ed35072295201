/**
 * Decides what a migration does next, from values alone: no Kafka, no JDBC, no clock, no threads.
 * Whoever asks acts on the answer.
 */
@NullMarked
package dev.infill.coordinator.migration;

import org.jspecify.annotations.NullMarked;
