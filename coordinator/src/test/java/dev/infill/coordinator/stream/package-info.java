/** What the progress of a migration says after workers spoke in any order, twice, or too late. */
@NullMarked
package dev.infill.coordinator.stream;

import org.jspecify.annotations.NullMarked;
