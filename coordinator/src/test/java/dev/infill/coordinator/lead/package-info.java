/** What a leader does in a turn, shows and decides. */
@NullMarked
package dev.infill.coordinator.lead;

import org.jspecify.annotations.NullMarked;
