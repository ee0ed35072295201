/** Application code that computes values: where it is loaded from, and what it is given. */
@NullMarked
package dev.infill.worker.transform;

import org.jspecify.annotations.NullMarked;
