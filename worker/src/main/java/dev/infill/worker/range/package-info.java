/**
 * What a worker decides: how many rows, how fast, what a failure or a directive calls for, whose transaction can be seen.
 * Values in, values out: no Kafka, no JDBC, no clock, no threads; the interfaces here are how the edges meet.
 */
@NullMarked
package dev.infill.worker.range;

import org.jspecify.annotations.NullMarked;
