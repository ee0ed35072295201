package dev.infill.protocol.status;

import dev.infill.protocol.Ownership;
import java.time.Instant;

/**
 * Who gave the column another owner, when and why.
 *
 * @param by a person's or a pipeline's name, or {@code coordinator} where a gate did it
 */
public record OwnershipMove(Ownership from, Ownership to, String by, Instant at, String why) {}
