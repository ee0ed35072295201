package dev.infill.coordinator.lead;

import dev.infill.coordinator.migration.Evidence;
import dev.infill.postgres.ledger.CaptureLedger;
import dev.infill.postgres.ledger.CaptureLedger.Captured;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.protocol.Gate;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.Stage;
import dev.infill.specification.Specification.Opening;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the column right and opens gates on their evidence; goes on when both are open. */
final class SyncStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(SyncStep.class);
    private static final double ALIVE_SECONDS = 10;

    @Override
    public void take(Scene scene) throws SQLException {
        Evidence evidence = evidence(scene);
        Set<Gate> open = GateLedger.open(scene.connection(), scene.name());
        Map<String, List<String>> missing = new java.util.HashMap<>();
        for (Gate gate : Gate.values()) {
            if (!open.contains(gate)) {
                List<String> lacks = lacks(scene, gate, evidence);
                if (lacks.isEmpty()) {
                    openOnEvidence(scene, gate, evidence);
                } else {
                    missing.put(gate.word(), lacks);
                }
            }
        }
        if (missing.isEmpty()) {
            scene.move(Stage.ENFORCE, scene.memo().withMissing(Map.of()));
        } else if (!missing.equals(scene.memo().missing())) {
            scene.save(scene.memo().withMissing(missing));
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
