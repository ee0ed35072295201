package dev.infill.postgres.ledger;

import dev.infill.protocol.Migration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a migration's columns are: table, number, type and expression. Another fingerprint voids what was filled, because
 * the column was dropped and added again, or its type or the expression changed.
 */
public final class Fingerprint {
    private static final String COLUMN = """
            SELECT concat_ws('/', c.oid, a.attnum, format_type(a.atttypid, a.atttypmod), a.attisdropped)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND a.attname = ?
            """;

    private Fingerprint() {}

    /** The fingerprint now; of a column that is not there it begins with {@code absent}. */
    public static String of(Connection connection, Migration migration) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (Migration each : migration.each()) {
            columns.add(ofColumn(connection, each));
        }
        return String.join(";", columns);
    }

    private static String ofColumn(Connection connection, Migration migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMN)) {
            statement.setString(1, migration.table().schema());
            statement.setString(2, migration.table().name());
            statement.setString(3, migration.column().name());
            try (ResultSet result = statement.executeQuery()) {
                String column = result.next() ? result.getString(1) : "absent";
                return column + "/" + sha256(migration.fill().identity());
            }
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
