package dev.infill.postgres.ledger;

import dev.infill.protocol.RangeTask;

/**
 * A worker's hold on a range: what it writes counts only while the ledger has the same number.
 *
 * @param number grows with each worker that takes the range
 */
public record Claim(RangeTask task, String worker, long number) {}
