/**
 * How a command ends: by its exit code, by a message for the person who typed it, or by a signal.
 * Nothing here knows which command it was.
 */
@NullMarked
package dev.infill.cli.outcome;

import org.jspecify.annotations.NullMarked;
