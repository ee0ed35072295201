/**
 * The application that goes on working while the table is filled, and what it feels.
 * It shares no code with the product and knows nothing of the new column.
 */
@NullMarked
package dev.infill.bench.application;

import org.jspecify.annotations.NullMarked;
