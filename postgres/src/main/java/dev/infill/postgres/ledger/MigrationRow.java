package dev.infill.postgres.ledger;

import dev.infill.protocol.Migration;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.TaskKind;
import org.jspecify.annotations.Nullable;

/**
 * A migration as the ledger has it.
 *
 * @param specification as submitted
 * @param definition null until the check has resolved it
 * @param pass counts how often tasks were handed out; 0: never
 * @param passKind of that pass; null when there was none
 */
public record MigrationRow(
        String name,
        String specification,
        @Nullable Migration definition,
        Stage stage,
        Standing standing,
        @Nullable String problem,
        Ownership ownership,
        int pass,
        @Nullable TaskKind passKind,
        Memo memo) {

    /** The resolved migration, for stages after the check. */
    public Migration resolved() {
        if (definition == null) {
            throw new IllegalStateException("migration " + name + " is past its check but was never resolved");
        }
        return definition;
    }
}
