package dev.infill.postgres.ledger;

import dev.infill.protocol.Migration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * The identity of the filled column and its expression. A column that was dropped and added again, or whose type was
 * changed, has another one: what was filled before is void then.
 */
public final class Fingerprint {
    private static final String COLUMN = """
            SELECT format('%s/%s/%s', attrelid, attnum, format_type(atttypid, atttypmod))
              FROM pg_attribute
             WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped
            """;

    private Fingerprint() {}

    /** The fingerprint as it is now; {@code gone} stands in it where table or column are missing. */
    public static String read(Connection connection, Migration migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMN)) {
            statement.setString(1, migration.table().quoted());
            statement.setString(2, migration.column().name());
            try (ResultSet result = statement.executeQuery()) {
                String column = result.next() ? result.getString(1) : "gone";
                return column + "/" + digest(migration.fill().expression());
            }
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
