/**
 * The bridge from a database's log to Kafka: every changed key of every captured table, and nothing but keys.
 * It wires; {@code change} decides, {@code debezium} reads, {@code kafka} hears orders and delivers.
 */
@NullMarked
package dev.infill.bridge;

import org.jspecify.annotations.NullMarked;
