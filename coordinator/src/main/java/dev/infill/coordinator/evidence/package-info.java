/**
 * Gathers what the gates' evidence rests on: the ledger, the results topic, the specification.
 * It decides nothing; {@code coordinator.migration} does.
 */
@NullMarked
package dev.infill.coordinator.evidence;

import org.jspecify.annotations.NullMarked;
