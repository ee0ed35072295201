@NullMarked
package dev.infill.cli.embedded;

import org.jspecify.annotations.NullMarked;
