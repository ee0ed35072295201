package dev.infill.cli.demo;

import dev.infill.protocol.Stage;
import dev.infill.protocol.status.MigrationReport;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What the migration's fill cost beside one {@code UPDATE} of a copy of the same table on the same server.
 *
 * @param fill while the application wrote
 * @param update with nobody else at work
 */
public record Comparison(Cost fill, Cost update) {
    private static final double NANOS = 1e9;
    private static final String COUNTERS = """
            SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, pg_table_size('public.orders'), pg_indexes_size('public.orders')""";

    /**
     * A price.
     *
     * @param tableGrowth the size afterwards over that before
     */
    public record Cost(double seconds, long walBytes, double tableGrowth, double indexGrowth) {}

    private record Reading(long nanos, long wal, long table, long indexes) {}

    /** Runs the {@code UPDATE} and puts it beside what the migration's report says. */
    static Comparison of(MigrationReport report, Shop copy, Specification specification) throws SQLException {
        return new Comparison(fill(report), update(copy, specification));
    }

    private static Cost fill(MigrationReport report) {
        MigrationReport.Growth growth = report.growth();
        double seconds = report.stages().stream()
                .filter(time -> time.stage() == Stage.FILL)
                .mapToDouble(MigrationReport.StageTime::seconds)
                .sum();
        return new Cost(
                seconds,
                growth.walBytes(),
                (double) growth.tableBytesAfter() / growth.tableBytesBefore(),
                (double) growth.indexBytesAfter() / growth.indexBytesBefore());
    }

    private static Cost update(Shop copy, Specification specification) throws SQLException {
        String column = specification.column().quoted();
        String table = specification.table().quoted();
        try (Connection connection = copy.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE " + table + " ADD COLUMN " + column + " "
                    + specification.column().type());
            // The copy is cold, the migrated table was not.
            statement.execute("SELECT count(*) FROM " + table);
            statement.execute("CHECKPOINT");
            Reading before = read(statement);
            statement.execute("UPDATE " + table + " SET " + column + " = "
                    + specification.fill().expression());
            Reading after = read(statement);
            return new Cost(
                    (after.nanos() - before.nanos()) / NANOS,
                    after.wal() - before.wal(),
                    (double) after.table() / before.table(),
                    (double) after.indexes() / before.indexes());
        }
    }

    private static Reading read(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(COUNTERS)) {
            result.next();
            return new Reading(System.nanoTime(), result.getLong(1), result.getLong(2), result.getLong(3));
        }
    }
}
