package dev.infill.coordinator.lead;

import dev.infill.coordinator.postgres.Indexes;
import dev.infill.coordinator.postgres.Indexes.Wanted;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the indexes, one after the other, and removes what ended builds left behind. */
final class IndexStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(IndexStep.class);

    private final Background background;
    private final Backoff backoff = new Backoff();

    IndexStep(Background background) {
        this.background = background;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        String work = "index " + scene.name();
        if (background.isRunning(work) || backoff.isWaiting(scene.name())) {
            return;
        }
        Optional<SQLException> failure = background.takeFailure(work);
        if (failure.isPresent()) {
            failed(scene, failure.get());
            return;
        }
        for (Wanted index : WantedObjects.indexes(scene)) {
            Indexes.State state = Indexes.state(scene.connection(), index);
            if (state != Indexes.State.VALID) {
                build(scene, index, state, work);
                return;
            }
        }
        backoff.succeeded(scene.name());
        scene.move(Stage.SYNC, scene.memo());
    }

    private void build(Scene scene, Wanted index, Indexes.State state, String work) throws SQLException {
        if (Indexes.isBuilding(scene.connection(), index.table())) {
            scene.holdUp("another session builds an index of " + index.table());
            return;
        }
        scene.session().requireLease();
        scene.holdUp(null);
        background.start(work, connection -> {
            log.info(
                    state == Indexes.State.INVALID
                            ? "Building index {} anew, an ended build left it invalid."
                            : "Building index {}.",
                    index.name());
            Indexes.create(connection, index);
        });
    }

    private void failed(Scene scene, SQLException exception) throws SQLException {
        Failure failure = Failure.of(exception);
        String problem = "building an index failed (" + failure.words() + ")";
        switch (failure.policy()) {
            case RETRY, THROTTLE -> {
                backoff.failed(scene.name());
                scene.holdUp(problem + ", it is tried again");
            }
            case REJECT, STOP ->
                scene.session().fencedAction(c -> MigrationLedger.halt(c, scene.name(), Standing.FAILED, problem));
        }
    }
}
