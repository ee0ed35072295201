package dev.infill.coordinator.lead;

import dev.infill.coordinator.migration.Evidence;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.protocol.Gate;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.Stage;
import dev.infill.specification.Specification.Opening;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the column right and opens gates on their evidence; goes on when both are open.
 *
 * <p>"No row had to be repaired" is evidence only where repairs are up to date: while workers or the bridge stand still
 * nothing is repaired either. So gate {@code writes} needs a barrier that was emitted after everything else was there.
 * Interleavings considered: (1) a change that needs a repair is committed before the barrier: when the barrier is seen to
 * have passed, that repair is committed and counted, and the evidence, read after that look, shows it; the barrier is
 * forgotten and the wait for quiet begins again. (2) It is committed after the barrier: like a change that is committed
 * after the gate has opened, which no evidence can foresee.
 */
final class SyncStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(SyncStep.class);
    private static final double ALIVE_SECONDS = 10;
    private static final List<String> UNSETTLED = List.of("some changes may still wait for their repair");

    private final BarrierWait barriers;

    SyncStep(BarrierWait barriers) {
        this.barriers = barriers;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        boolean settled = BarrierWait.isPast(scene); // looked at before the evidence: see above
        Evidence evidence = evidence(scene);
        Set<Gate> open = GateLedger.open(scene.connection(), scene.name());
        Map<String, List<String>> missing = new HashMap<>();
        for (Gate gate : Gate.values()) {
            List<String> lacks = open.contains(gate) ? List.of() : lacks(scene, gate, evidence);
            if (!lacks.isEmpty()) {
                missing.put(gate.word(), lacks);
            } else if (gate == Gate.WRITES && !settled && !open.contains(gate)) {
                missing.put(gate.word(), UNSETTLED);
            } else if (!open.contains(gate)) {
                openOnEvidence(scene, gate, evidence);
            }
        }
        if (missing.isEmpty()) {
            scene.move(Stage.ENFORCE, scene.memo().withMissing(Map.of()).withBarrier(null, 0));
        } else {
            waitFor(scene, missing);
        }
    }

    private void waitFor(Scene scene, Map<String, List<String>> missing) throws SQLException {
        boolean barrierHelps = missing.containsValue(UNSETTLED);
        Memo next = scene.memo().withMissing(missing);
        if (!barrierHelps) {
            next = next.withBarrier(null, 0);
        }
        if (!next.equals(scene.memo())) {
            scene.save(next);
        } else if (barrierHelps && !barriers.hasPassed(scene)) {
            log.debug("Migration {}: waiting for a barrier.", scene.name());
        }
    }

    private static List<String> lacks(Scene scene, Gate gate, Evidence evidence) {
        Map<Gate, Opening> openings = new EnumMap<>(Map.of(
                Gate.READS, scene.specification().gates().reads(),
                Gate.WRITES, scene.specification().gates().writes()));
        return switch (openings.getOrDefault(gate, Opening.MANUAL)) {
            case EVIDENCE -> evidence.missing(gate);
            case MANUAL -> List.of("a person's approval: infill approve " + scene.name() + " " + gate.word());
        };
    }

    private static void openOnEvidence(Scene scene, Gate gate, Evidence evidence) throws SQLException {
        String words = "verified, no row refused, no row repaired for "
                + evidence.quietFor().toSeconds() + " s";
        scene.session().fencedAction(c -> GateLedger.openOnEvidence(c, scene.name(), gate, words));
        log.info("Migration {}: gate {} is open: {}.", scene.name(), gate.word(), words);
    }

    private static Evidence evidence(Scene scene) throws SQLException {
        PassSummary summary =
                PassLedger.summary(scene.connection(), scene.name(), scene.row().pass());
        double seen = CaptureLedger.read(scene.connection())
                .map(Captured::seenSecondsAgo)
                .orElse(Double.MAX_VALUE);
        Duration quiet = Duration.ofMillis((long) (GateLedger.quietSeconds(scene.connection(), scene.name()) * 1000));
        return new Evidence(
                summary.unverified() == 0 && summary.total() > 0,
                summary.rejected().rows(),
                seen < ALIVE_SECONDS,
                quiet,
                scene.specification().gates().quiet());
    }
}
