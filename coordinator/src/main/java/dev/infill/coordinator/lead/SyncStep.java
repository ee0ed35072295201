package dev.infill.coordinator.lead;

import dev.infill.coordinator.evidence.EvidenceReader;
import dev.infill.coordinator.evidence.EvidenceReader.Subject;
import dev.infill.coordinator.migration.Evidence;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.postgres.ledger.WriterLedger;
import dev.infill.protocol.Gate;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.Stage;
import dev.infill.specification.Specification.Opening;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the column right and opens gates on their evidence; goes on when all are open.
 *
 * <p>"No row had to be repaired" is evidence only where repairs are up to date: while workers or the bridge stand still
 * nothing is repaired either. So the gates {@code writes} and {@code constraints} need a barrier that was emitted after
 * everything else was there. Interleavings considered: (1) a change that needs a repair is committed before the barrier:
 * when the barrier is seen to have passed, that repair is committed and counted, and the evidence, read after that look,
 * shows it; the barrier is forgotten and the wait for quiet begins again. (2) It is committed after the barrier: like a
 * change that is committed after the gate has opened, which no evidence can foresee. (3) Persons have opened every gate: the
 * column is handed over only behind such a barrier, so that what old writers did before is still repaired as it was then.
 */
final class SyncStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(SyncStep.class);
    private static final int PULSE_SECONDS = 5;
    private static final List<String> UNSETTLED = List.of("some changes may still wait for their repair");

    private final BarrierWait barriers;
    private final EvidenceReader evidence;

    SyncStep(BarrierWait barriers, EvidenceReader evidence) {
        this.barriers = barriers;
        this.evidence = evidence;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (isProofVoid(scene)) {
            verifyAgain(scene);
            return;
        }
        if (barriers.pulse(scene, PULSE_SECONDS)) {
            scene.session().fencedAction(c -> WriterLedger.forgetCounts(c, scene.name()));
        }
        boolean settled = BarrierWait.isPast(scene); // looked at before the evidence: see above
        Evidence now = evidence.read(
                scene.connection(),
                new Subject(
                        scene.name(),
                        scene.row().pass(),
                        scene.row().ownership(),
                        scene.specification().gates()));
        Map<String, List<String>> missing = openWhatMay(scene, now, settled);
        if (!missing.isEmpty()) {
            waitFor(scene, missing);
        } else if (!settled) {
            waitFor(scene, Map.of(Gate.CONSTRAINTS.word(), UNSETTLED));
        } else {
            Handover.toEnforce(scene);
        }
    }

    private static Map<String, List<String>> openWhatMay(Scene scene, Evidence evidence, boolean settled)
            throws SQLException {
        Set<Gate> open = GateLedger.open(scene.connection(), scene.name());
        Map<String, List<String>> missing = new HashMap<>();
        for (Gate gate : Gate.values()) {
            List<String> lacks = open.contains(gate) ? List.of() : lacks(scene, gate, evidence.missing(gate, open));
            if (!lacks.isEmpty()) {
                missing.put(gate.word(), lacks);
            } else if (!open.contains(gate) && Evidence.needingBarrier().contains(gate) && !settled) {
                missing.put(gate.word(), UNSETTLED);
                open.add(gate); // but for the barrier, which serves all of them
            } else if (open.add(gate)) {
                openOnEvidence(scene, gate, evidence.words(gate));
            }
        }
        return missing;
    }

    private static List<String> lacks(Scene scene, Gate gate, List<String> evidence) {
        Opening opening = switch (gate) {
            case READS -> scene.specification().gates().reads();
            case WRITES -> scene.specification().gates().writes();
            case CONSTRAINTS -> Opening.EVIDENCE;
        };
        return switch (opening) {
            case EVIDENCE -> evidence;
            case MANUAL -> List.of("a person's approval: infill approve " + scene.name() + " " + gate.word());
        };
    }

    private static void openOnEvidence(Scene scene, Gate gate, String words) throws SQLException {
        scene.session().fencedAction(c -> GateLedger.openOnEvidence(c, scene.name(), gate, words));
        log.info("Migration {}: gate {} is open: {}.", scene.name(), gate.word(), words);
    }

    private void waitFor(Scene scene, Map<String, List<String>> missing) throws SQLException {
        boolean barrierHelps = missing.containsValue(UNSETTLED);
        if (barrierHelps && barriers.emitWhereNone(scene)) {
            return; // that has written the memo
        }
        Memo next = scene.memo().withMissing(missing);
        if (!barrierHelps) {
            next = next.withBarrier(null, 0);
        }
        if (!next.equals(scene.memo())) {
            scene.save(next);
        }
    }

    /** An operator has moved the ownership back: what was compared by a weaker rule proves nothing by the stronger one. */
    private static boolean isProofVoid(Scene scene) throws SQLException {
        PassSummary summary =
                PassLedger.summary(scene.connection(), scene.name(), scene.row().pass());
        return summary.unverified() > 0;
    }

    private static void verifyAgain(Scene scene) throws SQLException {
        scene.session().fencedAction(c -> {
            GateLedger.closeEvidenced(c, scene.name());
            MigrationLedger.audit(c, scene.name(), "verify-again", "the ownership was moved back");
            MigrationLedger.move(
                    c,
                    scene.name(),
                    Stage.VERIFY,
                    scene.memo().withMissing(Map.of()).withBarrier(null, 0).withBegun(false));
        });
        log.warn("Migration {}: the ownership was moved back, so every row is compared again.", scene.name());
    }
}
