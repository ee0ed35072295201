/**
 * Reads what the governor looks at: one small class a signal, each one statement; and the probe, which feels what the application
 * feels. In sessions and threads of their own, so that a slow answer holds up nobody who leads.
 */
@NullMarked
package dev.infill.coordinator.signal;

import org.jspecify.annotations.NullMarked;
