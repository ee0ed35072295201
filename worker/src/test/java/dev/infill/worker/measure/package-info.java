/** Tests. */
@NullMarked
package dev.infill.worker.measure;

import org.jspecify.annotations.NullMarked;
