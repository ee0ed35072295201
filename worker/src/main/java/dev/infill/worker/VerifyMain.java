package dev.infill.worker;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.VerifyReport;
import dev.infill.worker.postgres.ReportCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Compares a report with its table: needs the database, and neither Kafka nor a coordinator nor a ledger. */
public final class VerifyMain {
    private VerifyMain() {}

    /**
     * Compares; nothing is written.
     *
     * @param report with promise and proof
     * @param compared hears how many rows were compared so far
     */
    public static VerifyReport verify(MigrationReport report, Database database, LongConsumer compared)
            throws SQLException {
        try (Connection connection = Sessions.open(database, Manners.of("infill verify"))) {
            return ReportCheck.check(report, connection, () -> Duration.ofNanos(System.nanoTime()), compared);
        }
    }
}
