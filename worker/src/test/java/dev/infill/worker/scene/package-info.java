/**
 * What the tests of this module set up: a migrated table with its ledger, and somebody who watches the worker.
 */
@NullMarked
package dev.infill.worker.scene;

import org.jspecify.annotations.NullMarked;
