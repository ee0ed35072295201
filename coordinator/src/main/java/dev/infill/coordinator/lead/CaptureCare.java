package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.RepairedChanges;
import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.LeaderSession;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the slot once a second: puts heartbeats into the log, and notices when changes may have been lost, because
 * the slot or the changes topic is gone or is another one. A gap is noted before anything is mended, so that a kill in
 * between can't hide it.
 */
final class CaptureCare {
    private static final Logger log = LoggerFactory.getLogger(CaptureCare.class);

    private static final long UNREAD_LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long DELETE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final TopicSetup topics;
    private final RepairedChanges changes;
    private final String changesTopic;
    private final int partitions;
    private boolean slotWasUsable = true;
    /**
     * Where the topic's first records lay. Only we move them, to what was repaired: else nobody knows whether what was deleted
     * had been read, for whoever reads on behind it commits that as if all before had been.
     */
    private Map<Integer, Long> known = Map.of();

    private long lookedAt = System.nanoTime();
    private long deletedAt = System.nanoTime();

    CaptureCare(TopicSetup topics, RepairedChanges changes, String changesTopic, int partitions) {
        this.topics = topics;
        this.changes = changes;
        this.changesTopic = changesTopic;
        this.partitions = partitions;
    }

    void look(LeaderSession session) throws SQLException {
        Captured captured = CaptureLedger.read(session.connection()).orElse(null);
        if (captured == null) {
            return;
        }
        session.fencedAction(CaptureLedger::beat);
        String topicId = topics.ensureKept(changesTopic, partitions).id();
        if (!topicId.equals(captured.topicId())) {
            log.warn("The changes topic {} is not the one it was: changes may be lost, filling again.", changesTopic);
            session.fencedAction(c -> CaptureLedger.foundGap(c, topicId));
            known = Map.of();
        } else {
            lookAtRecords(session, topicId);
        }
        boolean usable = Capture.isSlotUsable(session.connection(), captured.slot());
        if (!usable) {
            session.fencedAction(c -> CaptureLedger.foundGap(c, topicId));
            Capture.dropSlot(session.connection(), captured.slot()); // the capture stage creates it anew
        }
        if (!usable && slotWasUsable) {
            log.warn("Slot {} is lost: changes were missed, filling and verifying again.", captured.slot());
        }
        slotWasUsable = usable;
    }

    private void lookAtRecords(LeaderSession session, String topicId) throws SQLException {
        long now = System.nanoTime();
        if (now - lookedAt < UNREAD_LOOK_NANOS) {
            return;
        }
        lookedAt = now;
        Map<Integer, Long> begins = changes.begins(changesTopic, partitions);
        boolean isNoticed = known.isEmpty() ? !changes.areRepaired(changesTopic, begins) : !begins.equals(known);
        known = begins;
        if (isNoticed) {
            log.warn("Somebody deleted records of the changes topic {}: filling and verifying again.", changesTopic);
            session.fencedAction(c -> CaptureLedger.foundGap(c, topicId));
        } else if (now - deletedAt > DELETE_NANOS) {
            deletedAt = now;
            known = changes.delete(changesTopic, partitions);
        }
    }
}
