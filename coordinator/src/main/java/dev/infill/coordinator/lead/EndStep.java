package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.Announcements;
import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.coordinator.postgres.Columns;
import dev.infill.coordinator.postgres.Constraints;
import dev.infill.coordinator.postgres.Indexes;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.ReportLedger;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Standing;
import dev.infill.protocol.Topics;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.MigrationStatus.Staleness;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what served a migration, and after a rollback what the migration made. Each part looks whether there is
 * anything left to remove, so it may be ended anywhere. Workers and bridge have been told to let go; what they still
 * hold is tried again in the next turn. The ledger forgets last: as long as it knows the migration, somebody goes on.
 */
final class EndStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(EndStep.class);

    private final TopicSetup setup;
    private final Topics topics;
    private final Announcements announcements;
    private final Background background;
    private final Function<String, Optional<Progress>> progress;
    private final Backoff backoff = new Backoff();

    EndStep(
            TopicSetup setup,
            Topics topics,
            Announcements announcements,
            Background background,
            Function<String, Optional<Progress>> progress) {
        this.setup = setup;
        this.topics = topics;
        this.announcements = announcements;
        this.background = background;
        this.progress = progress;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (backoff.isWaiting(scene.name())) {
            return;
        }
        try {
            setup.delete(topics.tasks(scene.name()));
            if (scene.row().definition() == null) {
                forget(scene);
            } else if (isUndone(scene) && isReleased(scene)) {
                close(scene);
            }
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            if (failure.policy() != Failure.Policy.RETRY || failure.isConnectionLost()) {
                throw e;
            }
            backoff.failed(scene.name());
            scene.holdUp("waiting for others to let go (" + failure.words() + ")");
        }
    }

    /** After a rollback nothing of ours is left in the table. */
    private boolean isUndone(Scene scene) throws SQLException {
        if (scene.row().standing() != Standing.ROLLING_BACK) {
            return true;
        }
        String work = "undo " + scene.name();
        Optional<SQLException> failure = background.takeFailure(work);
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (background.isRunning(work)) {
            return false;
        }
        for (Indexes.Wanted index : WantedObjects.indexes(scene)) {
            if (Indexes.state(scene.connection(), index) != Indexes.State.MISSING) {
                background.start(work, connection -> Indexes.drop(connection, index));
                return false;
            }
        }
        scene.session().fencedAction(c -> undoTable(c, scene));
        return true;
    }

    private static void undoTable(Connection connection, Scene scene) throws SQLException {
        Migration migration = scene.migration();
        if (!Columns.exists(connection, migration)) {
            return;
        }
        for (Constraints.Wanted constraint : WantedObjects.constraints(scene)) {
            Constraints.drop(connection, constraint);
        }
        Constraints.drop(connection, WantedObjects.notNullProof(migration));
        if (scene.memo().columnCreated()) {
            Columns.drop(connection, migration);
        } else if (scene.specification().constraints().notNull()) {
            Constraints.dropNotNull(connection, migration.table(), migration.column());
        }
    }

    /** Publication, slot, origins, topics: gone with the last migration that needs them. */
    private boolean isReleased(Scene scene) throws SQLException {
        Connection connection = scene.connection();
        scene.session().fencedAction(c -> Capture.unpublish(c, scene.migration()));
        if (Capture.isPublishing(connection)) {
            return true; // another migration still needs the rest
        }
        String slot = Capture.slotName(connection);
        scene.session().requireLease();
        if (!Capture.dropSlot(connection, slot)) {
            backoff.failed(scene.name());
            scene.holdUp("waiting for the bridge to let go of the slot");
            if (backoff.failures(scene.name()) > 6) {
                Capture.endStream(connection, slot);
            }
            return false;
        }
        scene.session().fencedAction(CaptureLedger::end); // at once: a slot that it still names would be missed
        Capture.dropOrigins(connection);
        setup.delete(topics.changes(scene.migration().database()));
        return true;
    }

    private void close(Scene scene) throws SQLException {
        announcements.forget(scene.name());
        String outcome = switch (scene.row().standing()) {
            case CANCELLING -> "cancelled";
            case ROLLING_BACK -> "rolled-back";
            case RUNNING, PAUSED, REFUSED, FAILED -> "complete";
        };
        MigrationReport report = scene.session()
                .fenced(c -> ReportLedger.close(c, WantedObjects.promise(scene), outcome, staleness(scene.name())));
        backoff.succeeded(scene.name());
        log.info(
                "Migration {} is {}: {} rows filled, {} repaired, {} verified.",
                scene.name(),
                outcome,
                report.rows().filled(),
                report.rows().repaired(),
                report.rows().verified());
    }

    private void forget(Scene scene) throws SQLException {
        announcements.forget(scene.name());
        scene.session().fencedAction(c -> ReportLedger.forget(c, scene.name()));
    }

    private Staleness staleness(String migration) {
        return progress.apply(migration)
                .map(Progress::repairs)
                .map(Progress.Repairs::stalenessMicros)
                .map(p -> new Staleness(p.p50() / 1000.0, p.p99() / 1000.0, p.max() / 1000.0))
                .orElse(new Staleness(0, 0, 0));
    }
}
