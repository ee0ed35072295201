@NullMarked
package dev.infill.bench.table;

import org.jspecify.annotations.NullMarked;
