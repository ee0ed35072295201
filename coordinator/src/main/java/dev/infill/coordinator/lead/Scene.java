package dev.infill.coordinator.lead;

import dev.infill.postgres.ledger.LeaderSession;
import dev.infill.postgres.ledger.Memo;
import dev.infill.postgres.ledger.MigrationLedger;
import dev.infill.postgres.ledger.MigrationRow;
import dev.infill.protocol.Migration;
import dev.infill.protocol.Stage;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One migration in one turn of the leader's loop: what the ledger says of it, and the session to change that.
 *
 * @param row as it was at the begin of the turn
 */
record Scene(LeaderSession session, MigrationRow row, Specification specification) {
    String name() {
        return row.name();
    }

    Memo memo() {
        return row.memo();
    }

    Migration migration() {
        return row.resolved();
    }

    Connection connection() {
        return session.connection();
    }

    void save(Memo memo) throws SQLException {
        session.fencedAction(c -> MigrationLedger.saveMemo(c, name(), memo));
    }

    void move(Stage to, Memo memo) throws SQLException {
        session.fencedAction(c -> MigrationLedger.move(c, name(), to, memo));
    }

    void holdUp(@Nullable String problem) throws SQLException {
        if (!java.util.Objects.equals(problem, row.problem())) {
            session.fencedAction(c -> MigrationLedger.holdUp(c, name(), problem));
        }
    }
}
