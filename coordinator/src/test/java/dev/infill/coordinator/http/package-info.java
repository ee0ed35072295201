/** The HTTP API as its callers meet it, over a real database. */
@NullMarked
package dev.infill.coordinator.http;

import org.jspecify.annotations.NullMarked;
