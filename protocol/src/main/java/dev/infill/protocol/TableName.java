package dev.infill.protocol;

/** A table by schema and name, as the catalog has them (no quotes, no folding). */
public record TableName(String schema, String name) {
    public TableName {
        Identifier.quote(schema);
        Identifier.quote(name);
    }

    /** The table as it stands in SQL text: {@code "public"."orders"}. */
    public String quoted() {
        return Identifier.quote(schema) + "." + Identifier.quote(name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
