/** Every signal against the real server. */
@NullMarked
package dev.infill.coordinator.signal;

import org.jspecify.annotations.NullMarked;
