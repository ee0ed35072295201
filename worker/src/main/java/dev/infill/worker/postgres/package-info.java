/**
 * Fills, verifies and repairs rows, in small transactions that commit together with what the ledger says of them.
 * It knows nothing of Kafka: tasks and changes come as bytes, what happened goes to an observer.
 */
@NullMarked
package dev.infill.worker.postgres;

import org.jspecify.annotations.NullMarked;
