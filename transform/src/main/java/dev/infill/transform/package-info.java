/**
 * What application code implements to compute a column's values where SQL can't. Depends on the JDK alone, and changes no more
 * than it must: what is compiled against it is loaded by workers of later versions too.
 */
@NullMarked
package dev.infill.transform;

import org.jspecify.annotations.NullMarked;
