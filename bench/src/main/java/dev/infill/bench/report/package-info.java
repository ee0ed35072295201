/**
 * What came out: as JSON, as Markdown tables, as charts, and against the goals.
 * Nothing here measures; everything is computed from the measurements of one run.
 */
@NullMarked
package dev.infill.bench.report;

import org.jspecify.annotations.NullMarked;
