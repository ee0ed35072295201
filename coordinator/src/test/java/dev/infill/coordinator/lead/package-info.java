/** What a leader does in a turn. */
@NullMarked
package dev.infill.coordinator.lead;

import org.jspecify.annotations.NullMarked;
