/** How the pace is decided. */
@NullMarked
package dev.infill.coordinator.pace;

import org.jspecify.annotations.NullMarked;
