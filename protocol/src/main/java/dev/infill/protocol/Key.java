package dev.infill.protocol;

import java.util.List;

/**
 * A primary key, or a bound between keys: one text per key column, in the key's order, as the server prints it.
 * Only the server compares keys, because only it knows their types and collations.
 */
public record Key(List<String> values) {
    public Key {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a key has at least one column");
        }
        values = List.copyOf(values);
    }

    /** A key of one column. */
    public static Key of(String value) {
        return new Key(List.of(value));
    }
}
