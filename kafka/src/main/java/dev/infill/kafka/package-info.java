/**
 * How we speak to Kafka: where it is and with which manners clients are opened.
 * What is said over it is the parts' business.
 */
@NullMarked
package dev.infill.kafka;

import org.jspecify.annotations.NullMarked;
