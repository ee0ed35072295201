@NullMarked
package dev.infill.bench.candidate;

import org.jspecify.annotations.NullMarked;
