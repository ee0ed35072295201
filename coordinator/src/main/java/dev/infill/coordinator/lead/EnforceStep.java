package dev.infill.coordinator.lead;

import dev.infill.coordinator.postgres.Constraints;
import dev.infill.coordinator.postgres.Constraints.Wanted;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Column;
import dev.infill.protocol.Standing;
import dev.infill.protocol.TableName;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds each constraint for new rows, validates it over old ones, and turns the proof of NOT NULL into NOT NULL. */
final class EnforceStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(EnforceStep.class);

    private final Background background;
    private final Backoff backoff = new Backoff();

    EnforceStep(Background background) {
        this.background = background;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        String work = "validate " + scene.name();
        if (background.isRunning(work) || backoff.isWaiting(scene.name())) {
            return;
        }
        try {
            Optional<SQLException> failure = background.takeFailure(work);
            if (failure.isPresent()) {
                throw failure.get();
            }
            if (areInForce(scene, work) && isNotNullInForce(scene, work)) {
                Handover.toComplete(scene);
            }
        } catch (SQLException e) {
            failed(scene, e);
        }
    }

    private boolean areInForce(Scene scene, String work) throws SQLException {
        for (Wanted constraint : WantedObjects.constraints(scene)) {
            if (!isInForce(scene, constraint, work)) {
                return false;
            }
        }
        return true;
    }

    private boolean isInForce(Scene scene, Wanted constraint, String work) throws SQLException {
        return switch (Constraints.state(scene.connection(), constraint)) {
            case VALIDATED -> true;
            case MISSING -> {
                scene.session().fencedAction(c -> Constraints.add(c, constraint));
                log.info("Constraint {} holds for new rows.", constraint.name());
                yield false;
            }
            case NOT_VALIDATED -> {
                scene.session().requireLease();
                background.start(work, connection -> Constraints.validate(connection, constraint));
                yield false;
            }
        };
    }

    /** NOT NULL needs a full scan under the strongest lock, unless a validated CHECK proves it. */
    private boolean isNotNullInForce(Scene scene, String work) throws SQLException {
        if (!scene.specification().constraints().notNull()) {
            return true;
        }
        TableName table = scene.migration().table();
        Column column = scene.migration().column();
        Wanted proof = WantedObjects.notNullProof(scene.migration());
        if (Constraints.isNotNull(scene.connection(), table, column)) {
            scene.session().fencedAction(c -> Constraints.drop(c, proof));
            return true;
        }
        if (isInForce(scene, proof, work)) {
            scene.session().fencedAction(c -> Constraints.setNotNull(c, table, column));
            log.info("Column {} of {} is NOT NULL.", column.name(), table);
        }
        return false;
    }

    private void failed(Scene scene, SQLException exception) throws SQLException {
        Failure failure = Failure.of(exception);
        switch (failure.policy()) {
            case RETRY, THROTTLE -> {
                backoff.failed(scene.name());
                scene.holdUp("a constraint could not be added yet (" + failure.words() + "), it is tried again");
            }
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
