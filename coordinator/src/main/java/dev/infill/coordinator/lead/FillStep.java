package dev.infill.coordinator.lead;

import dev.infill.coordinator.migration.RangeKind;
import dev.infill.coordinator.migration.RangeStages;
import dev.infill.coordinator.postgres.RangeCutter;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.Stage;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts the table into ranges, a few a turn, then has them filled. */
final class FillStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(FillStep.class);

    /** Of one turn; the loop has a lease to renew and other migrations to look at. */
    private static final long CUTTING_NANOS = 300_000_000L;

    private final RangeWork ranges;

    FillStep(RangeWork ranges) {
        this.ranges = ranges;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (!scene.memo().cutDone()) {
            cut(scene);
            return;
        }
        if (ranges.cutAnewWhereStale(scene)) {
            return;
        }
        PassSummary summary =
                PassLedger.summary(scene.connection(), scene.name(), scene.row().pass());
        if (ranges.act(scene, RangeStages.inFill(summary, scene.memo().begun()))) {
            scene.move(Stage.VERIFY, scene.memo().withBegun(false).withBarrier(null, 0));
            log.info("Migration {}: all {} ranges are filled.", scene.name(), summary.total());
        }
    }

    private static void cut(Scene scene) throws SQLException {
        Optional<RangeKind> kind = RangeCutter.chosen(scene.connection(), scene.name());
        if (kind.isEmpty()) {
            scene.session()
                    .fencedAction(c -> RangeCutter.choose(
                            c, scene.migration(), scene.specification().ranges()));
            return;
        }
        RangeCutter cutter = new RangeCutter(scene.connection(), scene.migration());
        switch (kind.get()) {
            case KEY -> cutByKey(scene, cutter);
            case PAGES ->
                scene.session().fencedAction(c -> {
                    cutter.cutPages();
                    MigrationLedger.saveMemo(c, scene.name(), scene.memo().withCutDone());
                });
        }
    }

    private static void cutByKey(Scene scene, RangeCutter cutter) throws SQLException {
        long begin = System.nanoTime();
        boolean last = false;
        while (!last && System.nanoTime() - begin < CUTTING_NANOS) {
            last = scene.session().fenced(c -> {
                boolean isLast = cutter.cutNext();
                if (isLast) {
                    MigrationLedger.saveMemo(c, scene.name(), scene.memo().withCutDone());
                }
                return isLast;
            });
        }
    }
}
