@NullMarked
package dev.infill.cli.config;

import org.jspecify.annotations.NullMarked;
