/**
 * Reads what a migration is to do, and judges it without a database: YAML, its JSON Schema, and what a schema can't say.
 * Every mistake is told with its line, its field and the near miss.
 */
@NullMarked
package dev.infill.specification;

import org.jspecify.annotations.NullMarked;
