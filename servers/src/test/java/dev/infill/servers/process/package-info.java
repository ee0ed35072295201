/**
 * Locks, signals and leftovers are tried out on real processes.
 * Nothing here needs a server.
 */
@NullMarked
package dev.infill.servers.process;

import org.jspecify.annotations.NullMarked;
