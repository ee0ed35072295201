@NullMarked
package dev.infill.worker.transform;

import org.jspecify.annotations.NullMarked;
