/**
 * Reads the log of a database through an embedded Debezium engine, and watches over that engine by our own clock.
 * The slot is the only memory of where it stands; what came through the log leaves as {@code change} entries.
 */
@NullMarked
package dev.infill.bridge.debezium;

import org.jspecify.annotations.NullMarked;
