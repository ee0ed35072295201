package dev.infill.worker.postgres;

import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.protocol.DeadLetter;
import dev.infill.protocol.Key;
import dev.infill.protocol.Migration;
import java.util.Optional;

/**
 * What a claim was told of its migration.
 *
 * @param computed what application code computes; empty where SQL does
 * @param mayHaveRejected whether rows were rejected before: then rows that succeed must be taken off that list
 */
record Assignment(
        Definition definition,
        RangeRows rows,
        boolean mayHaveRejected,
        Experience experience,
        Optional<ComputedValues> computed,
        Surroundings surroundings) {
    Migration migration() {
        return definition.migration();
    }

    /** The rows by their keys. */
    Table table() {
        return rows.byKey();
    }

    /** Announces a row that the ledger has as rejected by now. */
    void tellRejected(Key key, Failure failure) {
        surroundings.observer().rejected(deadLetter(migration(), key, failure, surroundings));
    }

    static DeadLetter deadLetter(Migration migration, Key key, Failure failure, Surroundings surroundings) {
        String constraint = Optional.of(failure.constraint())
                .filter(name -> !name.isEmpty())
                .orElse(null);
        return new DeadLetter(
                migration.name(),
                migration.table(),
                key,
                failure.sqlState(),
                constraint,
                surroundings.clock().instant());
    }
}
