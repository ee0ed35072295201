/**
 * Speaks with a coordinator over HTTP, as every command does, also those that start the coordinator themselves.
 * What it refuses arrives as a problem with a code, a line and a field.
 */
@NullMarked
package dev.infill.cli.client;

import org.jspecify.annotations.NullMarked;
