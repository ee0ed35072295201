/**
 * The bridge's two ends in Kafka: what the coordinator orders, and where changed keys go.
 */
@NullMarked
package dev.infill.bridge.kafka;

import org.jspecify.annotations.NullMarked;
