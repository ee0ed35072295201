@NullMarked
package dev.infill.cli.follow;

import org.jspecify.annotations.NullMarked;
