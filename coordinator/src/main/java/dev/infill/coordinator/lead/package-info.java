/**
 * The leader's loop: looks at the ledger, lets {@code migration} decide, and acts through the edges.
 * The only package of the coordinator besides its main that sees several edges.
 */
@NullMarked
package dev.infill.coordinator.lead;

import org.jspecify.annotations.NullMarked;
