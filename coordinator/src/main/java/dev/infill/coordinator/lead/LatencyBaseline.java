package dev.infill.coordinator.lead;

import dev.infill.coordinator.pace.RestingLatency;
import dev.infill.coordinator.signal.SignalWatch.Sensed;
import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.PaceLedger;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the application's latency is without us: what it was before the fill, or what it is while the fill rests, if that is
 * more, within bounds. It is the database's: a migration that begins to fill beside another one takes that one's, for what it
 * would measure is not the application alone. What was felt before is kept in the ledger for whoever leads next in the middle of
 * a fill, and forgotten when nothing fills any more.
 */
final class LatencyBaseline {
    private static final Logger log = LoggerFactory.getLogger(LatencyBaseline.class);
    private static final double MICROS = 1000.0;

    /** Less is a matter of chance. */
    private static final double WORTH_MENTIONING = 1.1;

    private final RestingLatency resting = new RestingLatency();
    private OptionalLong micros = OptionalLong.empty();
    private long before;
    private boolean isFirstLook = true;

    /** Once a second. */
    void look(LeaderSession session, boolean fills, @Nullable Sensed sensed) throws SQLException {
        if (isFirstLook) {
            micros = PaceLedger.baseline(session.connection());
            before = micros.orElse(0);
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
            before = felt;
            log.info("The application's latency before the fill is p99 {} ms, as the probe feels it.", felt / MICROS);
        }
    }

    /**
     * Each second of a fill.
     *
     * @param worstMillis what the second's worst probe felt
     * @param pace the highest that anybody worked with in it
     * @return whether the application turned out to feel more without us than was known
     */
    boolean second(double worstMillis, double pace) {
        resting.second(worstMillis, pace);
        if (micros.isEmpty()) {
            return false;
        }
        long known = micros.getAsLong();
        long felt = (long) (resting.now(before / MICROS, known / MICROS) * MICROS);
        if (felt < known * WORTH_MENTIONING && felt > known / WORTH_MENTIONING) {
            return false;
        }
        micros = OptionalLong.of(felt);
        log.info("The application's latency without the fill is p99 {} ms now, as the probe feels it.", felt / MICROS);
        return felt > known;
    }

    OptionalLong micros() {
        return micros;
    }
}
