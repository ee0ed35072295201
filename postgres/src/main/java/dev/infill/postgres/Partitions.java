package dev.infill.postgres;

/** Where a table's rows lie: in itself, or in the partitions of a partitioned table. */
public final class Partitions {
    /**
     * The relations that hold a table's rows, as a query of their {@code oid}s to stand in parentheses or in a WITH. Two
     * parameters, both the table's quoted name.
     */
    public static final String LEAVES = leaves("pg_catalog.to_regclass(?)", "pg_catalog.to_regclass(?)");

    private Partitions() {}

    /** The same of a table whose oid is an SQL expression, such as a column of the query around. */
    public static String leavesOf(String oid) {
        return leaves(oid, oid);
    }

    private static String leaves(String root, String plain) {
        return """
            SELECT infill_t.relid::oid AS oid FROM pg_catalog.pg_partition_tree(%s) infill_t WHERE infill_t.isleaf
             UNION SELECT infill_c.oid FROM pg_catalog.pg_class infill_c WHERE infill_c.oid = %s AND infill_c.relkind <> 'p'
            """.formatted(root, plain);
    }
}
