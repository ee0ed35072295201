/**
 * The servers are started, stopped and killed for real.
 * What can be read afterwards is the proof.
 */
@NullMarked
package dev.infill.servers;

import org.jspecify.annotations.NullMarked;
