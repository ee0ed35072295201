/**
 * The operator's file {@code infill.yaml}: read, checked, and every error told with its line and field.
 * Secrets stand in the environment and are only named here.
 */
@NullMarked
package dev.infill.cli.config;

import org.jspecify.annotations.NullMarked;
