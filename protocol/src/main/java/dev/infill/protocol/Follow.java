package dev.infill.protocol;

import java.util.List;

/**
 * Another table that the expression reads, and how its rows find the migrated table's: all links hold at once, as
 * {@code customers.email = orders.email} in an SQL join. A row of the migrated table for which they do not hold must not
 * depend on the other row.
 */
public record Follow(TableName table, List<Link> links) {
    public Follow {
        if (links.isEmpty()) {
            throw new IllegalArgumentException("nothing leads from " + table + " to the migrated table");
        }
        links = List.copyOf(links);
    }

    /** Two columns that are compared by {@code =}. A row whose column is NULL is linked with none. */
    public record Link(Column theirs, String ours) {
        public Link {
            Identifier.quote(ours);
        }
    }
}
