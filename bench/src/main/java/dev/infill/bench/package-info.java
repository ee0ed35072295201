/**
 * Measures Infill against what one would do by hand: every candidate on a fresh copy of the same table, in one run, in random order.
 * The product is run as a program of its own and looked at from outside.
 */
@NullMarked
package dev.infill.bench;

import org.jspecify.annotations.NullMarked;
