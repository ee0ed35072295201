package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.Memo;
import dev.infill.protocol.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Sees to it that every later change of the table comes through: topic, publication, slot, bridge; then waits for the
 * transactions that began before, because what they wrote may not be in the stream.
 *
 * <p>A transaction T that changes the table meets one of these: (a) it begins after the table was published and the
 * barrier passed: its changes are streamed; (b) it was running then: the step waits for its end, so that the fill reads
 * what it wrote; (c) it ended before: likewise.
 */
final class CaptureStep implements StageStep {
    private static final String CREATE_SLOT = "create slot";
    /** Somebody else made the slot meanwhile, a bridge that missed it for one: whether it can be used is looked at next. */
    private static final String EXISTS_ALREADY = "42710";

    private final TopicSetup topics;
    private final String changesTopic;
    private final BarrierWait barriers;
    private final Background background;
    private final int partitions;
    private final SchemaWork schema;

    CaptureStep(TopicSetup topics, String changesTopic, Background background, SchemaWork schema, int partitions) {
        this.topics = topics;
        this.changesTopic = changesTopic;
        this.barriers = new BarrierWait(partitions);
        this.background = background;
        this.schema = schema;
        this.partitions = partitions;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (!isSetUp(scene)) {
            return;
        }
        Memo memo = scene.memo();
        if (memo.snapshot() == null) {
            if (barriers.hasPassed(scene)) {
                scene.save(memo.withBarrier(null, 0).withSnapshot(Capture.nextTransaction(scene.connection())));
            } else {
                scene.holdUp("waiting for the bridge to stream from the slot");
            }
        } else if (Capture.haveAllEndedBelow(scene.connection(), memo.snapshot())) {
            long gaps =
                    CaptureLedger.read(scene.connection()).map(Captured::gaps).orElse(0L);
            scene.move(Stage.FILL, memo.withSnapshot(null).withGaps(gaps).withBegun(false));
        } else {
            scene.holdUp("waiting for transactions to end that began before the table was captured");
        }
    }

    private boolean isSetUp(Scene scene) throws SQLException {
        String topicId = topics.ensureKept(changesTopic, partitions).id();
        return isPublished(scene) && isSlotThere(scene, topicId);
    }

    private boolean isPublished(Scene scene) throws SQLException {
        Optional<SchemaChange> missing = Capture.publication(scene.connection(), scene.migration());
        while (missing.isPresent() && schema.apply(scene, missing.get())) {
            missing = Capture.publication(scene.connection(), scene.migration());
        }
        return missing.isEmpty();
    }

    private boolean isSlotThere(Scene scene, String topicId) throws SQLException {
        Connection connection = scene.connection();
        String slot = Capture.slotName(connection);
        Optional<SQLException> failure = background.takeFailure(CREATE_SLOT);
        if (failure.isPresent() && !Failure.of(failure.get()).sqlState().equals(EXISTS_ALREADY)) {
            throw failure.get();
        }
        if (background.isRunning(CREATE_SLOT)) {
            scene.holdUp("the slot is being created: PostgreSQL waits for running transactions to end");
            return false;
        }
        if (!Capture.isSlotUsable(connection, slot)) {
            scene.session().requireLease();
            if (!Capture.dropSlot(connection, slot)) {
                scene.holdUp("the slot is in the hands of another session");
                return false;
            }
            background.start(CREATE_SLOT, c -> Capture.createSlot(c, slot));
            return false;
        }
        if (CaptureLedger.read(connection).isEmpty()) {
            scene.session().fencedAction(c -> CaptureLedger.create(c, slot, Capture.PUBLICATION, topicId));
        }
        return true;
    }
}
