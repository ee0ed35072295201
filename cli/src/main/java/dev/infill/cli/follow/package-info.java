/**
 * Watches a migration on its way and says when there is nothing more to wait for.
 * What it sees it hands to a display; it steers nothing.
 */
@NullMarked
package dev.infill.cli.follow;

import org.jspecify.annotations.NullMarked;
