package dev.infill.coordinator.lead;

import dev.infill.coordinator.check.Environments;
import dev.infill.coordinator.check.Preflight;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.protocol.Standing;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at everything once more before anything is touched: what was true at submission may not be true any more. */
final class CheckStep implements StageStep {
    private final Environments environments;

    CheckStep(Environments environments) {
        this.environments = environments;
    }

    @Override
    public void take(Scene scene) throws SQLException {
        Preflight.Outcome outcome = Preflight.check(scene.connection(), scene.specification(), environments);
        Optional<Migration> resolved = outcome.resolved();
        String blocking = outcome.findings().stream()
                .filter(finding -> finding.severity() == Severity.BLOCK)
                .map(Finding::found)
                .collect(Collectors.joining("; "));
        if (resolved.isEmpty() || !blocking.isEmpty()) {
            scene.session().fencedAction(c -> MigrationLedger.halt(c, scene.name(), Standing.REFUSED, blocking));
            return;
        }
        scene.session().fencedAction(c -> {
            MigrationLedger.resolve(c, resolved.get(), outcome.findings(), scene.memo());
            MigrationLedger.move(c, scene.name(), Stage.EXPAND, scene.memo());
        });
    }
}
