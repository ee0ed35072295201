/**
 * The HTTP API. It reads and writes the ledger and nothing else, so any coordinator may answer, whether it leads or not.
 */
@NullMarked
package dev.infill.coordinator.http;

import org.jspecify.annotations.NullMarked;
