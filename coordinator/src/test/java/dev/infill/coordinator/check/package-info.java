/** What the preflight finds, on real servers. */
@NullMarked
package dev.infill.coordinator.check;

import org.jspecify.annotations.NullMarked;
