/**
 * The words all parts share: names, values, messages and topic names. It knows nothing of Kafka, JDBC or JSON.
 */
@NullMarked
package dev.infill.protocol;

import org.jspecify.annotations.NullMarked;
