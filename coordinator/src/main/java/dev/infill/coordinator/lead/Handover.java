package dev.infill.coordinator.lead;

import dev.infill.postgres.ledger.DdlLedger;
import dev.infill.postgres.ledger.GateLedger;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.OperatorLedger.Act;
import dev.infill.postgres.ledger.OwnershipLedger;
import dev.infill.postgres.ledger.OwnershipLedger.Move;
import dev.infill.protocol.Gate;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the column over to the application, step by step, in the transactions that take the migration on. While constraints
 * are added it is both's: a row that an old writer left without a value in the last moment must still get one, or the
 * constraint would fail on it. An operator who was faster is not contradicted.
 */
final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final String ACTOR = "coordinator";

    private Handover() {}

    /** Every writer writes the column itself. */
    static void toEnforce(Scene scene) throws SQLException {
        move(scene, Ownership.DERIVED, Ownership.DUAL, Stage.ENFORCE);
    }

    /** Nothing of ours will write it any more. */
    static void toComplete(Scene scene) throws SQLException {
        move(scene, Ownership.DUAL, Ownership.APPLICATION, Stage.COMPLETE);
    }

    private static void move(Scene scene, Ownership from, Ownership to, Stage next) throws SQLException {
        boolean moved = scene.session().fenced(c -> {
            Ownership now = OwnershipLedger.hold(c, scene.name())
                    .map(OwnershipLedger.Held::ownership)
                    .orElse(from);
            if (now != scene.row().ownership()) {
                return false; // moved by an operator since the turn began: the next turn judges anew
            }
            boolean handed = now == from
                    && OwnershipLedger.move(
                            c,
                            scene.name(),
                            new Move(scene.row().stage(), from, to),
                            new Act(ACTOR, why(c, scene.name(), next)));
            if (next == Stage.COMPLETE) {
                DdlLedger.close(c, scene.name());
            }
            MigrationLedger.move(
                    c, scene.name(), next, scene.memo().withMissing(Map.of()).withBarrier(null, 0));
            return handed;
        });
        if (moved) {
            log.info("Migration {}: the column's ownership is {} now.", scene.name(), to.word());
        }
    }

    private static String why(Connection connection, String migration, Stage next) throws SQLException {
        return next == Stage.ENFORCE
                ? "gate writes is open, "
                        + GateLedger.openedBy(connection, migration, Gate.WRITES)
                                .orElse("nobody knows by whom")
                : "every constraint is in force";
    }
}
