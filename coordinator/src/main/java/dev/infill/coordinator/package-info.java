/**
 * The coordinator: drives migrations through their stages. This package wires its parts and does nothing else.
 */
@NullMarked
package dev.infill.coordinator;

import org.jspecify.annotations.NullMarked;
