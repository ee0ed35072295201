/** Tests. */
@NullMarked
package dev.infill.worker.range;

import org.jspecify.annotations.NullMarked;
