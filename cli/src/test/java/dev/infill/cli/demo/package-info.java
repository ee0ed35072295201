@NullMarked
package dev.infill.cli.demo;

import org.jspecify.annotations.NullMarked;
