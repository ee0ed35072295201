package dev.infill.protocol;

/** An SQL name, and the one place where names become SQL text. */
public record Identifier(String name) {
    /** PostgreSQL cuts longer names off without an error. */
    public static final int MAX_BYTES = 63;

    public Identifier {
        int bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (name.isEmpty() || name.indexOf('\0') >= 0 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a PostgreSQL name has 1 to " + MAX_BYTES + " bytes and no NUL, got " + bytes + " bytes");
        }
    }

    /** The name as it stands in SQL text: always in double quotes. */
    public String quoted() {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** {@link #quoted()} for a name that is not kept. */
    public static String quote(String name) {
        return new Identifier(name).quoted();
    }

    @Override
    public String toString() {
        return name;
    }
}
