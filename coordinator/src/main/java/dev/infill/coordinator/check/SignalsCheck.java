package dev.infill.coordinator.check;

import dev.infill.coordinator.check.RolledBack.Refusal;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Pace;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Whether the governor will be able to read what the pace follows: what it can't read holds the fill. */
final class SignalsCheck {
    private static final String ROLE_THAT_IS_BLIND = """
            SELECT current_user::text
             WHERE NOT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
            """;

    private static final String READ_ONLY = "25006";

    private SignalsCheck() {}

    static void look(Connection connection, Pace pace, Findings findings) throws SQLException {
        boolean needsSight =
                pace.limits().snapshotAge() != null || pace.limits().replicaLag() != null;
        if (needsSight) {
            for (String role : Query.of(connection, ROLE_THAT_IS_BLIND).texts()) {
                findings.warn(
                        "signals-hidden",
                        "role \"" + role + "\" may not see the sessions of others",
                        "old snapshots and replica lag can't be read then, and the fill holds where a signal can't be read",
                        "GRANT pg_monitor TO \"" + role + "\"; or set maxSnapshotAge and maxReplicaLag to off");
            }
        }
        Specification.Query query = pace.query();
        if (query != null) {
            refusal(connection, query)
                    .ifPresent(sqlState -> findings.block(
                            "pace-query-refused",
                            "the query of pace.query is refused (SQLSTATE " + sqlState + ")",
                            "the fill holds where a signal can't be read",
                            "mend the query, or GRANT what it needs"));
        }
    }

    /** The SQLSTATE with which the query is refused. */
    private static Optional<String> refusal(Connection connection, Specification.Query query) throws SQLException {
        return RolledBack.run(connection, session -> {
            RolledBack.execute(session, "SET TRANSACTION READ ONLY");
            try {
                return RolledBack.refusal(session, query.sql()).map(Refusal::sqlState);
            } catch (SQLException e) {
                // Elsewhere it means that we are at a standby and is tried again; here it is the query that writes.
                if (READ_ONLY.equals(e.getSQLState())) {
                    return Optional.of(READ_ONLY);
                }
                throw e;
            }
        });
    }
}
