package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.Announcements;
import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.ReportLedger;
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
    private final SchemaWork schema;
    private final Undo undo;
    private final Function<String, Optional<Progress>> progress;
    private final Backoff backoff = new Backoff();

    EndStep(
            TopicSetup setup,
            Topics topics,
            Announcements announcements,
            SchemaWork schema,
            Function<String, Optional<Progress>> progress) {
        this.setup = setup;
        this.topics = topics;
        this.announcements = announcements;
        this.schema = schema;
        this.undo = new Undo(schema);
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
            } else if ((scene.row().standing() != Standing.ROLLING_BACK || undo.isDone(scene)) && isReleased(scene)) {
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

    /** Publication, slot, origins, topics: gone with the last migration that needs them. */
    private boolean isReleased(Scene scene) throws SQLException {
        Connection connection = scene.connection();
        Optional<SchemaChange> withdrawal = Capture.withdrawal(connection, scene.migration());
        if (withdrawal.isPresent()) {
            schema.apply(scene, withdrawal.get());
            return false; // the next turn looks whether anything is left
        }
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
        Staleness staleness = staleness(scene.name()); // before it is forgotten with everything else
        announcements.forget(scene.name());
        String outcome = switch (scene.row().standing()) {
            case CANCELLING -> "cancelled";
            case ROLLING_BACK -> "rolled-back";
            case RUNNING, PAUSED, REFUSED, FAILED -> "complete";
        };
        MigrationReport report =
                scene.session().fenced(c -> ReportLedger.close(c, WantedObjects.promise(scene), outcome, staleness));
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
