/** Tests. */
@NullMarked
package dev.infill.worker;

import org.jspecify.annotations.NullMarked;
