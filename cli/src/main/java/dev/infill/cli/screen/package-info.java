/**
 * What people see: a live block in a terminal, lines elsewhere, tables and reports.
 * It turns values into text and decides nothing.
 */
@NullMarked
package dev.infill.cli.screen;

import org.jspecify.annotations.NullMarked;
