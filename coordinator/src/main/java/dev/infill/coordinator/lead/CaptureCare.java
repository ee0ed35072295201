package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.postgres.Capture;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.LeaderSession;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the slot once a second: puts heartbeats into the log, and notices when changes may have been lost, because
 * the slot or the changes topic is gone or is another one. A gap is noted before anything is mended, so that a kill in
 * between can't hide it.
 */
final class CaptureCare {
    private static final Logger log = LoggerFactory.getLogger(CaptureCare.class);

    private final TopicSetup topics;
    private final String changesTopic;
    private final int partitions;
    private boolean slotWasUsable = true;

    CaptureCare(TopicSetup topics, String changesTopic, int partitions) {
        this.topics = topics;
        this.changesTopic = changesTopic;
        this.partitions = partitions;
    }

    void look(LeaderSession session) throws SQLException {
        Captured captured = CaptureLedger.read(session.connection()).orElse(null);
        if (captured == null) {
            return;
        }
        session.fencedAction(CaptureLedger::beat);
        String topicId = topics.ensureKept(changesTopic, partitions);
        if (!topicId.equals(captured.topicId())) {
            log.warn("The changes topic {} is not the one it was: changes may be lost, filling again.", changesTopic);
            session.fencedAction(c -> CaptureLedger.foundGap(c, topicId));
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
}
