@NullMarked
package dev.infill.bridge.follow;

import org.jspecify.annotations.NullMarked;
