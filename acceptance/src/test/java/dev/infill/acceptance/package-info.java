/**
 * Drives the {@code infill} command in child processes, kills them, and looks at the result with SQL that shares no code
 * with the product.
 */
@NullMarked
package dev.infill.acceptance;

import org.jspecify.annotations.NullMarked;
