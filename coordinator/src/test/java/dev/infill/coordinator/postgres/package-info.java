/** What the coordinator asks of PostgreSQL, against a real server. */
@NullMarked
package dev.infill.coordinator.postgres;

import org.jspecify.annotations.NullMarked;
