@NullMarked
package dev.infill.cli.command;

import org.jspecify.annotations.NullMarked;
