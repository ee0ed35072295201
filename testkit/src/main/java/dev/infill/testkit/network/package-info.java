/**
 * Faults of a network between a client and a server, made in this process and without privileges.
 * It knows bytes only, and serves PostgreSQL and Kafka alike.
 */
@NullMarked
package dev.infill.testkit.network;

import org.jspecify.annotations.NullMarked;
