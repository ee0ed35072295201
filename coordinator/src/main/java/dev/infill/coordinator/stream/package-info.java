/**
 * Progress: what workers report, summed up by Kafka Streams for eyes and monitors.
 * What is done is in the ledger; losing everything here costs nothing but a picture.
 */
@NullMarked
package dev.infill.coordinator.stream;

import org.jspecify.annotations.NullMarked;
