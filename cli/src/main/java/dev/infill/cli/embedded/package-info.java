/**
 * Starts parts in this process, and all of them for {@code run} and {@code demo}.
 * It is the only package that sees the parts' own Main.
 */
@NullMarked
package dev.infill.cli.embedded;

import org.jspecify.annotations.NullMarked;
