/** Tests. */
@NullMarked
package dev.infill.worker.postgres;

import org.jspecify.annotations.NullMarked;
