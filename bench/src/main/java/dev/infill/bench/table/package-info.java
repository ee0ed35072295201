/**
 * The tables that are filled: their shapes, and fresh copies of each.
 * A shape is built once and copied as a database for each run, so that all candidates get the same bytes.
 */
@NullMarked
package dev.infill.bench.table;

import org.jspecify.annotations.NullMarked;
