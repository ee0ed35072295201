package dev.infill.coordinator.lead;

import dev.infill.coordinator.postgres.Columns;
import dev.infill.coordinator.postgres.Measurements;
import dev.infill.postgres.Failure;
import dev.infill.postgres.ledger.Fingerprint;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds the column in the transaction that also notes that it is ours. */
final class ExpandStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(ExpandStep.class);

    private final Backoff backoff = new Backoff();

    @Override
    public void take(Scene scene) throws SQLException {
        if (backoff.isWaiting(scene.name())) {
            return;
        }
        Migration migration = scene.migration();
        try {
            scene.session().fencedAction(c -> {
                Memo memo = scene.memo();
                if (!Columns.exists(c, migration)) {
                    Columns.add(c, migration);
                    memo = memo.withColumnCreated();
                }
                Columns.grantToWorkers(c, migration);
                MigrationLedger.saveFingerprint(c, scene.name(), Fingerprint.of(c, migration));
                MigrationLedger.saveBaseline(c, scene.name(), Measurements.before(c, migration.table()));
                MigrationLedger.move(c, scene.name(), Stage.CAPTURE, memo);
            });
            log.info("Column {} of {} is there.", migration.column().name(), migration.table());
        } catch (SQLException e) {
            Failure failure = Failure.of(e);
            if (!failure.isLockConflict()) {
                throw e;
            }
            backoff.failed(scene.name());
            scene.holdUp("table " + migration.table() + " is locked by others (" + failure.words()
                    + "): adding the column is tried again");
        }
    }
}
