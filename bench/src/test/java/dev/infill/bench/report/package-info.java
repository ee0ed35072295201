@NullMarked
package dev.infill.bench.report;

import org.jspecify.annotations.NullMarked;
