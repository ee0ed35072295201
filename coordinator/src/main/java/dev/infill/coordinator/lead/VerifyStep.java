package dev.infill.coordinator.lead;

import dev.infill.coordinator.migration.RangeStages;
import dev.infill.coordinator.postgres.Measurements;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.PassLedger;
import dev.infill.protocol.PassSummary;
import dev.infill.protocol.Stage;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has every range compared until none differs, and says "converged" at a barrier. */
final class VerifyStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(VerifyStep.class);

    private final RangeWork ranges;

    VerifyStep(RangeWork ranges) {
        this.ranges = ranges;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        if (ranges.cutAnewWhereStale(scene)) {
            return;
        }
        PassSummary summary =
                PassLedger.summary(scene.connection(), scene.name(), scene.row().pass());
        if (!ranges.act(scene, RangeStages.inVerify(summary))) {
            return;
        }
        scene.session().fencedAction(c -> {
            Measurements.After after =
                    Measurements.after(c, scene.migration().table(), MigrationLedger.lsnBefore(c, scene.name()));
            MigrationLedger.saveBaseline(c, scene.name(), after);
            MigrationLedger.move(
                    c,
                    scene.name(),
                    Stage.INDEX,
                    scene.memo().withBarrier(null, 0).withBegun(false));
        });
        log.info("Migration {} has converged: every row was compared and is equal.", scene.name());
    }
}
