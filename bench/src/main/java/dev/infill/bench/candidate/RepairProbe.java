package dev.infill.bench.candidate;

import dev.infill.bench.table.TableCopy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Changes every row at once and counts how fast Infill, which watches, makes them right again. */
final class RepairProbe {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String CHANGE = "UPDATE public.orders SET total = total + 1";
    // Not the product's own count: rows are looked at. The first one that is wrong ends the look.
    private static final String ALL_RIGHT = "SELECT NOT EXISTS (SELECT FROM public.orders WHERE %s IS DISTINCT FROM %s)"
            .formatted(TableCopy.COLUMN, TableCopy.EXPRESSION);

    private RepairProbe() {}

    /** From the commit of the one change until no row is wrong. */
    static double keysPerSecond(TableCopy copy, InfillProcess process) throws SQLException {
        try (Connection connection = copy.connect("bench");
                Statement statement = connection.createStatement()) {
            long rows = statement.executeLargeUpdate(CHANGE);
            long committed = System.nanoTime();
            while (!isRight(statement)) {
                if (!process.isAlive()) {
                    process.awaitGoodEnd();
                }
                if (System.nanoTime() - committed > PATIENCE.toNanos()) {
                    throw new SQLException("rows are still wrong " + PATIENCE.toMinutes() + " min after they changed");
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            return rows / ((System.nanoTime() - committed) / 1e9);
        }
    }

    private static boolean isRight(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(ALL_RIGHT)) {
            result.next();
            return result.getBoolean(1);
        }
    }
}
