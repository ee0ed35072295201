@NullMarked
package dev.infill.cli.screen;

import org.jspecify.annotations.NullMarked;
