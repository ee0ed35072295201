package dev.infill.postgres.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/** What repair lanes write: their counters and the barriers that they passed. The caller owns the transaction. */
public final class RepairLedger {
    private static final String COUNT = """
            INSERT INTO infill.repair AS r (
                migration, partition, changes, repaired, differing, last_repair_at, last_differing_at, last_change_at)
            VALUES (?, ?, ?, ?, ?, CASE WHEN ? > 0 THEN clock_timestamp() END, CASE WHEN ? > 0 THEN clock_timestamp() END,
                    clock_timestamp())
            ON CONFLICT (migration, partition) DO UPDATE
            SET changes = r.changes + excluded.changes, repaired = r.repaired + excluded.repaired,
                differing = r.differing + excluded.differing,
                last_repair_at = coalesce(excluded.last_repair_at, r.last_repair_at),
                last_differing_at = coalesce(excluded.last_differing_at, r.last_differing_at),
                last_change_at = excluded.last_change_at
            RETURNING (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
            """;

    /** A barrier whose row is gone is nobody's any more. */
    private static final String PASS = """
            INSERT INTO infill.barrier_passed (barrier, partition)
            SELECT id, ? FROM infill.barrier WHERE id = ANY (?)
            ON CONFLICT DO NOTHING
            """;

    private RepairLedger() {}

    /** Adds to the counters of a migration's partition; returns the server's time in microseconds since 1970. */
    public static long count(Connection connection, String migration, int partition, Counts counts)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setString(1, migration);
            statement.setInt(2, partition);
            statement.setLong(3, counts.changes());
            statement.setLong(4, counts.repaired());
            statement.setLong(5, counts.differing());
            statement.setLong(6, counts.repaired());
            statement.setLong(7, counts.differing());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /** Says that everything before these barriers in this partition is repaired. */
    public static void passBarriers(Connection connection, Collection<Long> barriers, int partition)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PASS)) {
            statement.setInt(1, partition);
            statement.setArray(2, connection.createArrayOf("bigint", barriers.toArray()));
            statement.executeUpdate();
        }
    }

    /**
     * What a transaction did.
     *
     * @param changes changed keys handled
     * @param repaired rows that differed and were written
     * @param differing rows that differed and were left, because the application owns them
     */
    public record Counts(long changes, long repaired, long differing) {}
}
