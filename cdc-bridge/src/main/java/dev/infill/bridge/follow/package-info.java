/**
 * Other tables that expressions read: which they are, and which rows refer to a row of theirs that changed.
 */
@NullMarked
package dev.infill.bridge.follow;

import org.jspecify.annotations.NullMarked;
