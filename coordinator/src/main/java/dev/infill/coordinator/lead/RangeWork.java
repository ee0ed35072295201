package dev.infill.coordinator.lead;

import dev.infill.coordinator.kafka.TaskTopic;
import dev.infill.coordinator.kafka.TaskTopic.Offsets;
import dev.infill.coordinator.kafka.TaskTopic.Pass;
import dev.infill.coordinator.migration.NextStep;
import dev.infill.coordinator.postgres.PageRanges;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.postgres.ledger.PassLedger.OpenTask;
import dev.infill.protocol.PassScope;
import dev.infill.protocol.Stage;
import dev.infill.protocol.TaskKind;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens passes, and keeps their tasks in the tasks topic until they are done. */
final class RangeWork {
    private static final Logger log = LoggerFactory.getLogger(RangeWork.class);
    private static final long LOOK_EVERY_NANOS = 1_000_000_000L;

    private final TaskTopic topic;
    private final BarrierWait barriers;
    private final int lanes;
    private final Map<String, Long> lookedAt = new HashMap<>();

    RangeWork(TaskTopic topic, BarrierWait barriers, int lanes) {
        this.topic = topic;
        this.barriers = barriers;
        this.lanes = lanes;
    }

    /** Acts on a decision; answers whether the stage is done. */
    boolean act(Scene scene, NextStep step) throws SQLException {
        if (step instanceof NextStep.Wait) {
            publishMissing(scene);
            return false;
        }
        if (step instanceof NextStep.HoldUp hold) {
            scene.holdUp(hold.why());
            return false;
        }
        if (step instanceof NextStep.OpenPass open) {
            open(scene, open.kind(), open.scope());
            return false;
        }
        if (step instanceof NextStep.OpenPassAfterBarrier open) {
            if (barriers.hasPassed(scene)) {
                open(scene, open.kind(), open.scope());
            }
            return false;
        }
        return step instanceof NextStep.Leave || barriers.hasPassed(scene);
    }

    /** Pages of a file that is not the table's any more say nothing about its rows. */
    boolean cutAnewWhereStale(Scene scene) throws SQLException {
        boolean stale = PageRanges.areStale(scene.connection(), scene.name());
        if (!stale || PageRanges.isPartitioned(scene.connection(), scene.migration())) {
            return false;
        }
        scene.session().fencedAction(c -> {
            PassLedger.forgetRanges(c, scene.name());
            MigrationLedger.audit(c, scene.name(), "cut-anew", "the table was rewritten or emptied");
            MigrationLedger.move(c, scene.name(), Stage.FILL, scene.memo().withNothingCut());
        });
        log.warn(
                "Table {} was rewritten or emptied: its pages are cut anew and filled again, rows that are right are not"
                        + " written.",
                scene.migration().table());
        return true;
    }

    private void open(Scene scene, TaskKind kind, PassScope scope) throws SQLException {
        int ranges = scene.session().fenced(c -> {
            MigrationLedger.saveMemo(
                    c, scene.name(), scene.memo().withBegun(true).withBarrier(null, 0));
            if (kind != TaskKind.RECHECK) {
                PageRanges.extend(c, scene.migration());
            }
            return PassLedger.open(c, scene.name(), kind, scope);
        });
        lookedAt.remove(scene.name());
        log.info("Handing out {} {} tasks of migration {}.", ranges, kind.word(), scene.name());
    }

    private void publishMissing(Scene scene) throws SQLException {
        long now = System.nanoTime();
        Long last = lookedAt.get(scene.name());
        if (last != null && now - last < LOOK_EVERY_NANOS) {
            return;
        }
        Pass pass = pass(scene.row());
        Optional<Offsets> offsets = topic.prepare(pass);
        if (offsets.isEmpty()) {
            return; // seeded just now, or members of the group are about to
        }
        lookedAt.put(scene.name(), now);
        List<Integer> missing = PassLedger.unfinished(scene.connection(), scene.name(), pass.pass()).stream()
                .filter(offsets.get()::isMissing)
                .map(OpenTask::range)
                .toList();
        if (!missing.isEmpty()) {
            scene.session().requireLease();
            List<OpenTask> published = topic.publish(pass, missing);
            scene.session().fencedAction(c -> PassLedger.published(c, scene.name(), pass.pass(), published));
            log.info("Published {} tasks of migration {}, pass {}.", missing.size(), scene.name(), pass.pass());
        }
    }

    private Pass pass(MigrationRow row) {
        TaskKind kind = row.passKind();
        if (kind == null) {
            throw new IllegalStateException("migration " + row.name() + " has open tasks but no pass");
        }
        return new Pass(row.name(), row.resolved().database(), row.pass(), kind, lanes);
    }
}
