package dev.infill.coordinator.lead;

import dev.infill.coordinator.lead.SchemaWork.Failed;
import dev.infill.coordinator.postgres.Columns;
import dev.infill.coordinator.postgres.Constraints;
import dev.infill.coordinator.postgres.Constraints.State;
import dev.infill.coordinator.postgres.Constraints.Wanted;
import dev.infill.coordinator.postgres.Defaults;
import dev.infill.coordinator.postgres.Indexes;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import dev.infill.specification.Specification.Index;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes out of the table what a migration made, the last thing first and one thing a turn: each with a lock of its own, so that
 * none is held while another one is waited for. What was there before the migration stays, or comes back.
 */
final class Undo {
    private final SchemaWork schema;

    Undo(SchemaWork schema) {
        this.schema = schema;
    }

    /** Whether nothing is left; does at most one thing. */
    boolean isDone(Scene scene) throws SQLException {
        if (schema.isRunning(scene)) {
            return false;
        }
        Optional<Failed> failed = schema.settle(scene);
        if (failed.isPresent()) {
            throw failed.get().exception();
        }
        return areConstraintsGone(scene)
                && areColumnsAsTheyWere(scene)
                && areIndexesGone(scene)
                && areColumnsGone(scene);
    }

    private boolean areConstraintsGone(Scene scene) throws SQLException {
        List<Wanted> all = new ArrayList<>(WantedObjects.constraints(scene));
        for (Column column : scene.migration().columns()) {
            all.add(WantedObjects.notNullProof(scene.migration(), column));
        }
        for (Wanted constraint : all) {
            if (Constraints.state(scene.connection(), constraint) != State.MISSING) {
                schema.apply(scene, Constraints.removal(constraint));
                return false;
            }
        }
        return true;
    }

    private boolean areColumnsAsTheyWere(Scene scene) throws SQLException {
        for (Migration each : scene.migration().each()) {
            if (!isColumnAsItWas(scene, each)) {
                return false;
            }
        }
        return true;
    }

    /** The ledger of schema changes says which of several columns are ours; it is younger than migrations of one column. */
    private static boolean isOurs(Scene scene, Migration each) throws SQLException {
        return scene.memo().columnCreated()
                && (scene.migration().also().isEmpty()
                        || DdlLedger.isOurs(
                                scene.connection(),
                                scene.name(),
                                Columns.addition(each).what()));
    }

    /** A column that was there before us gets back what we changed of it; ours is dropped as a whole. */
    private boolean isColumnAsItWas(Scene scene, Migration migration) throws SQLException {
        Connection connection = scene.connection();
        if (isOurs(scene, migration) || !Columns.exists(connection, migration)) {
            return true;
        }
        Column column = migration.column();
        boolean madeNotNull = DdlLedger.isDone(connection, scene.name(), Constraints.notNullWords(column));
        if (madeNotNull && Constraints.isNotNull(connection, migration.table(), column)) {
            schema.apply(scene, Constraints.notNullRemoval(migration.table(), column));
            return false;
        }
        Optional<String> undo = DdlLedger.undo(connection, scene.name(), Defaults.words(column));
        if (undo.isEmpty()) {
            return true;
        }
        var reset = Defaults.reset(migration.table(), column, undo.get());
        return DdlLedger.isDone(connection, scene.name(), reset.what()) || schema.apply(scene, reset);
    }

    /** An index that was there before us, with the very definition that is wanted, stays. */
    private boolean areIndexesGone(Scene scene) throws SQLException {
        for (Index index : scene.specification().indexes()) {
            Indexes.Wanted wanted = WantedObjects.index(scene.migration(), index);
            boolean isThere = Indexes.state(scene.connection(), wanted) != Indexes.State.MISSING;
            String building = Indexes.building(wanted).what();
            if (isThere && DdlLedger.isOurs(scene.connection(), scene.name(), building)) {
                schema.begin(scene, Indexes.removal(wanted), IndexStep.parts(scene, wanted, false));
                return false;
            }
        }
        return true;
    }

    private boolean areColumnsGone(Scene scene) throws SQLException {
        for (Migration each : scene.migration().each()) {
            if (isOurs(scene, each) && Columns.exists(scene.connection(), each)) {
                schema.apply(scene, Columns.removal(each));
                return false;
            }
        }
        return true;
    }
}
