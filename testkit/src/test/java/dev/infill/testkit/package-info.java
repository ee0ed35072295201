/**
 * The test kit itself is tested here, because every other test believes it.
 * Its contracts hold for each implementation.
 */
@NullMarked
package dev.infill.testkit;

import org.jspecify.annotations.NullMarked;
