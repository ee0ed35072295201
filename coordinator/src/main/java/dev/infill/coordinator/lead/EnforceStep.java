package dev.infill.coordinator.lead;

import dev.infill.coordinator.lead.SchemaWork.Failed;
import dev.infill.coordinator.postgres.Constraints;
import dev.infill.coordinator.postgres.Constraints.State;
import dev.infill.coordinator.postgres.Constraints.Wanted;
import dev.infill.coordinator.postgres.Defaults;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Column;
import dev.infill.protocol.Standing;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Sets the default, adds each constraint for new rows, validates it over old ones, and makes the column NOT NULL. The default
 * comes first, so that no insert is refused that it would have saved; and not before now, so that it hides no row that was not
 * filled.
 */
final class EnforceStep implements StageStep {
    private final SchemaWork schema;

    EnforceStep(SchemaWork schema) {
        this.schema = schema;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (schema.isRunning(scene)) {
            return;
        }
        try {
            Optional<Failed> failed = schema.settle(scene);
            if (failed.isPresent()) {
                throw failed.get().exception();
            }
            if (areDefaultsSet(scene) && areInForce(scene) && isNotNullInForce(scene)) {
                Handover.toComplete(scene);
            }
        } catch (SQLException e) {
            failed(scene, e);
        }
    }

    private boolean areDefaultsSet(Scene scene) throws SQLException {
        List<Column> columns = scene.migration().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (!isDefaultSet(
                    scene,
                    columns.get(i),
                    scene.specification().columns().get(i).defaultExpression())) {
                return false;
            }
        }
        return true;
    }

    /** What is in the catalog may be another's default; what is in the ledger was committed with ours. */
    private boolean isDefaultSet(Scene scene, Column column, Optional<String> value) throws SQLException {
        if (value.isEmpty() || DdlLedger.isDone(scene.connection(), scene.name(), Defaults.words(column))) {
            return true;
        }
        schema.apply(
                scene, Defaults.setting(scene.connection(), scene.migration().table(), column, value.get()));
        return false;
    }

    private boolean areInForce(Scene scene) throws SQLException {
        for (Wanted constraint : WantedObjects.constraints(scene)) {
            if (!isInForce(scene, constraint)) {
                return false;
            }
        }
        return true;
    }

    private boolean isInForce(Scene scene, Wanted constraint) throws SQLException {
        return switch (Constraints.state(scene.connection(), constraint)) {
            case VALIDATED -> true;
            case MISSING -> {
                schema.apply(scene, Constraints.addition(constraint));
                yield false;
            }
            case NOT_VALIDATED -> {
                schema.begin(scene, Constraints.validation(constraint.table(), constraint.name()));
                yield false;
            }
        };
    }

    private boolean isNotNullInForce(Scene scene) throws SQLException {
        if (!scene.specification().constraints().notNull()) {
            return true;
        }
        for (Column column : scene.migration().columns()) {
            boolean isInForce = Constraints.knowsNotNull(scene.connection())
                    ? isNotNullByItself(scene, column)
                    : isNotNullByProof(scene, column);
            if (!isInForce) {
                return false;
            }
        }
        return true;
    }

    private boolean isNotNullByItself(Scene scene, Column column) throws SQLException {
        TableName table = scene.migration().table();
        Optional<Wanted> constraint = Constraints.notNull(scene.connection(), table, column);
        if (constraint.isEmpty()) {
            schema.apply(scene, Constraints.notNullAddition(table, column));
            return false;
        }
        return isInForce(scene, constraint.get()) && isProofGone(scene, column);
    }

    /** Before PostgreSQL 18 NOT NULL needs a full scan under the strongest lock, unless a validated CHECK proves it. */
    private boolean isNotNullByProof(Scene scene, Column column) throws SQLException {
        TableName table = scene.migration().table();
        Connection connection = scene.connection();
        if (Constraints.isNotNull(connection, table, column)) {
            return isProofGone(scene, column);
        }
        if (isInForce(scene, WantedObjects.notNullProof(scene.migration(), column))) {
            schema.apply(scene, Constraints.notNullByProof(table, column));
        }
        return false;
    }

    /** Also after an upgrade to PostgreSQL 18 in the middle of the stage. */
    private boolean isProofGone(Scene scene, Column column) throws SQLException {
        Wanted proof = WantedObjects.notNullProof(scene.migration(), column);
        if (Constraints.state(scene.connection(), proof) == State.MISSING) {
            return true;
        }
        schema.apply(scene, Constraints.removal(proof));
        return false;
    }

    private static void failed(Scene scene, SQLException exception) throws SQLException {
        Failure failure = Failure.of(exception);
        switch (failure.policy()) {
            case RETRY, THROTTLE ->
                scene.holdUp("a constraint could not be added yet (" + failure.words() + "), it is tried again");
            case REJECT, STOP ->
                scene.session()
                        .fencedAction(c -> MigrationLedger.halt(
                                c,
                                scene.name(),
                                Standing.FAILED,
                                "a constraint does not hold (" + failure.words()
                                        + "): mend the rows or the specification, then resume"));
        }
    }
}
