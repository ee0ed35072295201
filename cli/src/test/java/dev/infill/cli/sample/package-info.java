/** Migrations that never were, for tests to look at. A coordinator that never was serves them. */
@NullMarked
package dev.infill.cli.sample;

import org.jspecify.annotations.NullMarked;
