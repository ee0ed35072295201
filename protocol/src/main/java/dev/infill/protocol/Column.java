package dev.infill.protocol;

/**
 * A column and its type.
 *
 * @param type as {@code format_type} prints it, safe to stand in SQL text because the server produced it
 */
public record Column(String name, String type) {
    public Column {
        Identifier.quote(name);
    }

    /** The column's name as it stands in SQL text. */
    public String quoted() {
        return Identifier.quote(name);
    }
}
