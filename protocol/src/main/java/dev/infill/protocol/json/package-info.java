/**
 * How the words become JSON and come back. Unknown fields are ignored, so that an older part can read a newer one.
 */
@NullMarked
package dev.infill.protocol.json;

import org.jspecify.annotations.NullMarked;
