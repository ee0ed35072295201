/**
 * Decides how hard the workers push, from values alone: what was read, what is allowed, what was said last. No JDBC, no clock, no
 * threads; {@code coordinator.signal} reads, {@code coordinator.lead} asks and says.
 */
@NullMarked
package dev.infill.coordinator.pace;

import org.jspecify.annotations.NullMarked;
