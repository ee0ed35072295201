/**
 * What the coordinator says over Kafka: tasks, directives, and the topics they need.
 * Nothing here is believed: what is done is in the ledger, and whatever is lost is said again.
 */
@NullMarked
package dev.infill.coordinator.kafka;

import org.jspecify.annotations.NullMarked;
