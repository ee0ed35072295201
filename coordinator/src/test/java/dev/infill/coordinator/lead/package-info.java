/** What the leader shows and decides, without a database. */
@NullMarked
package dev.infill.coordinator.lead;

import org.jspecify.annotations.NullMarked;
