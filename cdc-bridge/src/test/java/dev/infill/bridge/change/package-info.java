/**
 * Tests of what the bridge decides. They need no server.
 */
@NullMarked
package dev.infill.bridge.change;

import org.jspecify.annotations.NullMarked;
