/**
 * Everything that can fill a column: what one would write by hand, what the best known tool does, and Infill as a program of its own.
 * Each says when its fill begins and ends; how it is measured it does not know.
 */
@NullMarked
package dev.infill.bench.candidate;

import org.jspecify.annotations.NullMarked;
