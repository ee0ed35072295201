/**
 * Tests of the bridge against a real PostgreSQL and a real broker. {@code Line} stands in for the coordinator.
 */
@NullMarked
package dev.infill.bridge;

import org.jspecify.annotations.NullMarked;
