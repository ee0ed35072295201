/**
 * The worker: fills, verifies and repairs rows. Only the wiring is here; it decides in {@code range} and acts at the edges.
 */
@NullMarked
package dev.infill.worker;

import org.jspecify.annotations.NullMarked;
