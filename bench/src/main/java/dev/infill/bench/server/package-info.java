/**
 * The PostgreSQL that everything is measured on: the one that comes with the build, as the demo runs it.
 * It keeps what it was told: fsync and synchronous commits are on.
 */
@NullMarked
package dev.infill.bench.server;

import org.jspecify.annotations.NullMarked;
