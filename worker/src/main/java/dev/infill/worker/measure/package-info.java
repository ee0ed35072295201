/**
 * What is measured of the work: meters for monitors, and the staleness of repairs for the results topic.
 * It only counts; nothing here decides anything.
 */
@NullMarked
package dev.infill.worker.measure;

import org.jspecify.annotations.NullMarked;
