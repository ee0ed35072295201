/**
 * The one place that runs statements which change the schema: it looks who is in the way, waits for a quiet moment, never stands
 * in a lock's queue for longer than the lock timeout, and writes down what that cost. What the statements say is others' business.
 */
@NullMarked
package dev.infill.coordinator.ddl;

import org.jspecify.annotations.NullMarked;
