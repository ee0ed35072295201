/**
 * The HTTP server of a part: health, metrics, and whatever else the part brings along.
 * It listens on loopback unless the operator says otherwise.
 */
@NullMarked
package dev.infill.cli.host;

import org.jspecify.annotations.NullMarked;
