package dev.infill.coordinator.lead;

import dev.infill.coordinator.signal.SignalWatch.Sensed;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.PaceLedger;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the application's latency was while nothing was filled. It is the database's: a migration that begins to fill beside
 * another one takes that one's, for what it would measure is not the application alone. Kept in the ledger for whoever leads
 * next in the middle of a fill; forgotten when nothing fills any more.
 */
final class LatencyBaseline {
    private static final Logger log = LoggerFactory.getLogger(LatencyBaseline.class);

    private OptionalLong micros = OptionalLong.empty();
    private boolean isFirstLook = true;

    /** Once a second. */
    void look(LeaderSession session, boolean fills, @Nullable Sensed sensed) throws SQLException {
        if (isFirstLook) {
            micros = PaceLedger.baseline(session.connection());
            isFirstLook = false;
        }
        if (!fills) {
            if (micros.isPresent()) {
                session.fencedAction(c -> PaceLedger.saveBaseline(c, 0));
                micros = OptionalLong.empty();
            }
        } else if (micros.isEmpty() && sensed != null && sensed.quietMicros().isPresent()) {
            long felt = sensed.quietMicros().getAsLong();
            session.fencedAction(c -> PaceLedger.saveBaseline(c, felt));
            micros = OptionalLong.of(felt);
            log.info("The application's latency before the fill is p99 {} ms, as the probe feels it.", felt / 1000.0);
        }
    }

    OptionalLong micros() {
        return micros;
    }
}
