@NullMarked
package dev.infill.cli.host;

import org.jspecify.annotations.NullMarked;
