/**
 * The commands as people type them: options, exit codes, messages.
 * What they do is done elsewhere.
 */
@NullMarked
package dev.infill.cli.command;

import org.jspecify.annotations.NullMarked;
