/** Whom a change of the schema waits for, and how long others wait for it. */
@NullMarked
package dev.infill.coordinator.ddl;

import org.jspecify.annotations.NullMarked;
