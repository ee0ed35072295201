@NullMarked
package dev.infill.coordinator.kafka;

import org.jspecify.annotations.NullMarked;
