/**
 * What the coordinator does to the migrated table and its server: columns, slots, ranges, indexes, constraints.
 * Every step looks first whether it is done already, so that it may be taken again after a kill at any line.
 */
@NullMarked
package dev.infill.coordinator.postgres;

import org.jspecify.annotations.NullMarked;
