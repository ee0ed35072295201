package dev.infill.coordinator.lead;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.postgres.Columns;
import dev.infill.coordinator.postgres.Measurements;
import dev.infill.postgres.ledger.Fingerprint;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds the column in the transaction that also notes that it is ours; then, without a lock, whatever hangs on it. */
final class ExpandStep implements StageStep {
    private static final Logger log = LoggerFactory.getLogger(ExpandStep.class);

    private final SchemaWork schema;

    ExpandStep(SchemaWork schema) {
        this.schema = schema;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        Migration migration = scene.migration();
        for (Migration each : migration.each()) {
            if (!Columns.exists(scene.connection(), each)) {
                schema.apply(
                        scene,
                        Columns.addition(each),
                        c -> MigrationLedger.saveMemo(
                                c, scene.name(), scene.memo().withColumnCreated()));
                return; // the next turn reads the memo that says so
            }
        }
        for (Migration each : migration.each()) {
            List<SchemaChange> grants = Columns.grants(scene.connection(), each);
            if (!grants.isEmpty()) {
                schema.apply(scene, grants.get(0));
                return;
            }
        }
        scene.session().fencedAction(c -> {
            MigrationLedger.saveFingerprint(c, scene.name(), Fingerprint.of(c, migration));
            MigrationLedger.saveBaseline(c, scene.name(), Measurements.before(c, migration.table()));
            MigrationLedger.move(c, scene.name(), Stage.CAPTURE, scene.memo());
        });
        log.info("Column {} of {} is there.", migration.columnNames(), migration.table());
    }
}
