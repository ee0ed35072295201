/**
 * What the coordinator's decisions promise. Values only.
 */
@NullMarked
package dev.infill.coordinator.migration;

import org.jspecify.annotations.NullMarked;
