/**
 * A real PostgreSQL and a real Kafka broker as child processes on 127.0.0.1, for the demo and for tests.
 * Neither outlives the process that started it, and both come back on the same port with the same data.
 */
@NullMarked
package dev.infill.servers;

import org.jspecify.annotations.NullMarked;
