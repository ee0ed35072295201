/**
 * The ledger: the tables in the migrated database that say what is done, and every statement that reads or writes them.
 * Data and ledger commit together, so the ledger is never ahead of the data.
 */
@NullMarked
package dev.infill.postgres.ledger;

import org.jspecify.annotations.NullMarked;
