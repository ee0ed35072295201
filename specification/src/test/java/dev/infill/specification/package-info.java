/** What a specification's reader understands, and how it says what it does not. */
@NullMarked
package dev.infill.specification;

import org.jspecify.annotations.NullMarked;
