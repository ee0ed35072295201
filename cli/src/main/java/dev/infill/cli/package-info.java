/**
 * The one program {@code infill}: every part and the operator's tool.
 * It owns the process; what a migration is and does is the parts' business.
 */
@NullMarked
package dev.infill.cli;

import org.jspecify.annotations.NullMarked;
