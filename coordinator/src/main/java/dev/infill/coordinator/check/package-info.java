/**
 * The preflight: what is refused, and what is said, before anything is touched.
 * It reads the catalog, and tries types and expressions on an empty copy of the table in transactions that are rolled back.
 */
@NullMarked
package dev.infill.coordinator.check;

import org.jspecify.annotations.NullMarked;
