package dev.infill.bench.table;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/** What the primary key is made of. */
public enum KeyKind {
    /** Follows the physical order. */
    BIGINT("g", "-9223372036854775808"),
    /** In random order. */
    UUID("md5(g::text)::uuid", "00000000-0000-0000-0000-000000000000");

    private static final int UUID_DIGITS = 32;

    private final String ofNumber;
    private final String belowAll;

    KeyKind(String ofNumber, String belowAll) {
        this.ofNumber = ofNumber;
        this.belowAll = belowAll;
    }

    /** As in SQL and in a shape's name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The key of row {@code g} as an SQL expression. */
    String ofNumber() {
        return ofNumber;
    }

    /** Text of a key that is smaller than any row's. */
    public String belowAll() {
        return belowAll;
    }

    /** The key of a row as text, the same that SQL gave it. */
    public String key(long number) {
        return switch (this) {
            case BIGINT -> Long.toString(number);
            case UUID -> md5(Long.toString(number));
        };
    }

    private static String md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            String digits = new BigInteger(1, digest).toString(16);
            return "0".repeat(UUID_DIGITS - digits.length()) + digits;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
