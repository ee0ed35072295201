package dev.infill.coordinator.ddl;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Runs a statement as it stands: braces in an expression mean nothing to the driver. */
final class Statements {
    private static final String LOCK = "LOCK TABLE %s IN %s MODE";

    private Statements() {}

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /**
     * Takes the table's lock by itself, so that the time in the queue is told from the time with the lock. Only where the
     * application would notice, and only of the migrated table and its partitions, which we own.
     */
    static void lock(Connection connection, SchemaChange change) throws SQLException {
        Lock lock = change.lock();
        if (lock.holdsUpTheApplication()) {
            run(connection, LOCK.formatted(change.tables().get(0).quoted(), lock.words()));
        }
    }
}
