package dev.infill.worker.postgres;

import dev.infill.protocol.Migration;
import dev.infill.protocol.Migration.Transform;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.protocol.status.Promise;
import dev.infill.protocol.status.Proof;
import dev.infill.protocol.status.VerifyReport;
import dev.infill.protocol.status.VerifyReport.Digests;
import dev.infill.protocol.status.VerifyReport.Rows;
import dev.infill.worker.range.Difference;
import dev.infill.worker.range.MonotonicTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.postgresql.core.Parser;

/** Compares what a report promises with the table as it is now. Reads only, in transactions of about a tenth of a second. */
public final class ReportCheck {
    private static final String READ_ONLY = "SET default_transaction_read_only = on";
    private static final String VERSION = "SELECT current_setting('server_version')";

    private ReportCheck() {}

    /**
     * Looks at the catalog, then at every row.
     *
     * @param report with promise and proof
     * @param connection in auto-commit mode, with our manners; it is left unable to write
     * @param compared hears how many rows were compared so far
     * @throws SQLException if the table can't be read
     * @throws IllegalArgumentException if the report's expression is more than one
     */
    public static VerifyReport check(
            MigrationReport report, Connection connection, MonotonicTime time, LongConsumer compared)
            throws SQLException {
        Promise promise = Objects.requireNonNull(report.promise());
        Proof proof = Objects.requireNonNull(report.proof());
        Transform transform = promise.definition().fill().transform();
        if (transform != null) {
            throw new IllegalArgumentException("the report's column was computed by application code, " + transform
                    + ", which is not loaded here; its rows can't be compared");
        }
        for (Migration each : promise.definition().each()) {
            refuseSeveralStatements(each.fill().expression());
        }
        String version = prepare(connection);
        PromiseCheck.Outcome catalog = new PromiseCheck(connection, promise).look();
        Rows rows = new Rows(0, 0, List.of());
        Digests digests = Digests.NONE;
        if (catalog.comparable()) {
            Migration migration = promise.definition();
            TableWalk walk = new TableWalk(
                    connection,
                    migration,
                    new TableWalk.Walker(
                            // The promise, whoever rules by now.
                            Difference.toSuspect(migration.fill().keep(), Ownership.DERIVED), time, compared));
            walk.walk(ReportedRanges.of(connection, migration.table(), proof.ranges()));
            rows = walk.rows();
            Proof.Digest before = proof.digest();
            digests = walk.digests(
                    major(version).equals(major(proof.serverVersion())), before == null ? null : before.value());
        }
        return new VerifyReport(
                report.migration(),
                report.table(),
                report.column(),
                report.finishedAt(),
                version,
                proof.ownership(),
                catalog.breaches(),
                rows,
                digests);
    }

    /** A report is only a file, and the driver would send on what follows a semicolon. */
    private static void refuseSeveralStatements(String expression) throws SQLException {
        if (Parser.parseJdbcSql("SELECT (" + expression + "\n)", true, false, true, false, false)
                        .size()
                > 1) {
            throw new IllegalArgumentException("the report's expression is several statements");
        }
    }

    private static String prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(READ_ONLY);
            try (ResultSet version = statement.executeQuery(VERSION)) {
                version.next();
                return version.getString(1).replaceFirst(" .*", "");
            }
        }
    }

    private static String major(String version) {
        return version.replaceFirst("\\..*", "");
    }
}
