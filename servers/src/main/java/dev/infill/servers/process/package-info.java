/**
 * What both servers need from the operating system: signals, ports, a folder of one's own, and the leftovers of a parent that died.
 * It knows nothing about what the processes do.
 */
@NullMarked
package dev.infill.servers.process;

import org.jspecify.annotations.NullMarked;
