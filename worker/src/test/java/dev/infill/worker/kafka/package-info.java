/** Tests. */
@NullMarked
package dev.infill.worker.kafka;

import org.jspecify.annotations.NullMarked;
