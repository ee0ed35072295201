package dev.infill.coordinator;

import dev.infill.coordinator.check.Environments;
import dev.infill.coordinator.check.Preflight;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.protocol.status.CheckReport;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The first stage by itself: needs the databases, and neither Kafka nor a coordinator that runs. */
public final class CheckMain {
    private CheckMain() {}

    /**
     * Checks; nothing that it does outlives it.
     *
     * @param database the specification's own
     * @param all that the specification may compare it with
     */
    public static CheckReport check(Specification specification, Database database, List<Database> all)
            throws SQLException {
        try (Connection connection = Sessions.open(database, Manners.of("infill check"))) {
            Preflight.Outcome outcome = Preflight.check(connection, specification, new Environments(all));
            return new CheckReport(
                    specification.migration(),
                    specification.database(),
                    connection.getMetaData().getDatabaseProductVersion().replaceFirst(" .*", ""),
                    new CheckReport.Target(specification.table(), specification.columnNames()),
                    outcome.findings(),
                    outcome.comparison(),
                    outcome.grants());
        }
    }
}
