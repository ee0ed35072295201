/**
 * How we speak to PostgreSQL: addresses, sessions with manners, and what each kind of failure calls for.
 * It knows nothing of what is filled or repaired.
 */
@NullMarked
package dev.infill.postgres;

import org.jspecify.annotations.NullMarked;
