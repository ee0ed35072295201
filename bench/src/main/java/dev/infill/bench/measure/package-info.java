/**
 * What a run costs: time, WAL, blocks, processor, size, and what it leaves.
 * Everything is read from outside, from PostgreSQL and from /proc; a candidate says only when its fill begins and ends.
 */
@NullMarked
package dev.infill.bench.measure;

import org.jspecify.annotations.NullMarked;
