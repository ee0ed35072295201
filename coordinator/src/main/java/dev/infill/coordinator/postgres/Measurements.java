package dev.infill.coordinator.postgres;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Sizes and positions for the report. */
public final class Measurements {
    private static final String SIZES = "SELECT pg_current_wal_lsn()::text, sum(pg_table_size(l.oid))::bigint,"
            + " sum(pg_indexes_size(l.oid))::bigint FROM (" + Partitions.LEAVES + ") l";

    private static final String WAL_SINCE = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), ?::pg_lsn)::bigint::text";

    private Measurements() {}

    /** Before the fill; the fields are the JSON keys of the ledger's baseline. */
    public record Before(String lsnBefore, long tableBytesBefore, long indexBytesBefore) {}

    /** When the fill is verified. */
    public record After(long walBytes, long tableBytesAfter, long indexBytesAfter) {}

    /** Measures the table and the log's position. */
    public static Before before(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SIZES)) {
            statement.setString(1, table.quoted());
            statement.setString(2, table.quoted());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new Before(result.getString(1), result.getLong(2), result.getLong(3));
            }
        }
    }

    /** Measures again, and how much was written to the log since. */
    public static After after(Connection connection, TableName table, String lsnBefore) throws SQLException {
        Before now = before(connection, table);
        long wal = Long.parseLong(Sql.text(connection, WAL_SINCE, lsnBefore).orElse("0"));
        return new After(wal, now.tableBytesBefore(), now.indexBytesBefore());
    }
}
