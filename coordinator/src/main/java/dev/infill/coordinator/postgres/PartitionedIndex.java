package dev.infill.coordinator.postgres;

import dev.infill.coordinator.postgres.Indexes.Wanted;
import dev.infill.protocol.Identifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the index of a partitioned table, which PostgreSQL can't do concurrently: an empty index on each partitioned table
 * of the tree first, then one on each partition, concurrently, which is attached at once. When the last one is attached the
 * server calls the whole valid. Each statement is skipped where its work is done, so it may be killed between any two.
 */
final class PartitionedIndex {
    /** The trees' tables, parents first, and the index that each already has in the tree of indexes. */
    private static final String PARTS = """
            SELECT t.relid::regclass::text AS relation, t.relid::oid AS oid, n.nspname AS schema, t.isleaf,
                   t.parentrelid::oid AS parent,
                   EXISTS (SELECT FROM pg_catalog.pg_partition_tree(to_regclass(?)) x
                             JOIN pg_catalog.pg_index i ON i.indexrelid = x.relid WHERE i.indrelid = t.relid) AS attached
              FROM pg_catalog.pg_partition_tree(to_regclass(?)) t
              JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             ORDER BY t.level, t.relid
            """;

    private static final String IS_VALID = """
            SELECT i.indisvalid FROM pg_catalog.pg_index i WHERE i.indexrelid = to_regclass(?) AND i.indrelid = ?
            """;

    /** The index of a table's parent in the tree of indexes. */
    private static final String PARENT_INDEX = """
            SELECT i.indexrelid::regclass FROM pg_catalog.pg_partition_tree(to_regclass(?)) x
              JOIN pg_catalog.pg_index i ON i.indexrelid = x.relid WHERE i.indrelid = ?
            """;

    private static final int LONGEST_PREFIX = 40;

    private final Connection connection;
    private final Wanted index;

    PartitionedIndex(Connection connection, Wanted index) {
        this.connection = connection;
        this.index = index;
    }

    private record Part(String relation, long oid, String schema, boolean isLeaf, long parent, boolean attached) {}

    /** Builds what is missing. The connection must be in auto-commit mode. */
    void build() throws SQLException {
        if (Sql.text(connection, "SELECT to_regclass(?)", index.quoted()).isEmpty()) {
            quickly(index.statement("", index.name(), "ONLY " + index.table().quoted()));
        }
        for (Part part : parts()) {
            if (!part.attached()) {
                buildOn(part);
            }
        }
    }

    /** Drops the whole, and what was built and not attached yet. */
    void drop() throws SQLException {
        for (Part part : parts()) {
            if (!part.attached()) {
                quickly("DROP INDEX IF EXISTS " + quoted(part));
            }
        }
        quickly("DROP INDEX IF EXISTS " + index.quoted());
    }

    private void buildOn(Part part) throws SQLException {
        String name = quoted(part);
        if (part.isLeaf()) {
            if (Sql.text(connection, IS_VALID, name, part.oid())
                    .filter("f"::equals)
                    .isPresent()) {
                patiently("DROP INDEX CONCURRENTLY " + name);
            }
            patiently(index.statement("CONCURRENTLY IF NOT EXISTS", name(part), part.relation()));
        } else {
            quickly(index.statement("IF NOT EXISTS", name(part), "ONLY " + part.relation()));
        }
        String parent = Sql.text(connection, PARENT_INDEX, index.quoted(), part.parent())
                .orElseThrow(() -> new IllegalStateException("the parent of " + part.relation() + " has no index yet"));
        quickly("ALTER INDEX " + parent + " ATTACH PARTITION " + name);
    }

    /** Writes wait behind these: they queue no longer than any statement of ours. */
    private void quickly(String sql) throws SQLException {
        run("SET lock_timeout = 200");
        run(sql);
    }

    /** Reads and writes go on beside these, and a timeout in their middle would throw the work away. */
    private void patiently(String sql) throws SQLException {
        run("SET lock_timeout = '1h'");
        run(sql);
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private String quoted(Part part) {
        return Identifier.quote(part.schema()) + "." + Identifier.quote(name(part));
    }

    /** The same after every kill, and no longer than a name may be. */
    private String name(Part part) {
        String prefix = index.name();
        return prefix.substring(0, Math.min(prefix.length(), LONGEST_PREFIX)) + "_" + part.oid();
    }

    private List<Part> parts() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PARTS)) {
            statement.setString(1, index.quoted());
            statement.setString(2, index.table().quoted());
            List<Part> parts = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    parts.add(new Part(
                            result.getString("relation"),
                            result.getLong("oid"),
                            result.getString("schema"),
                            result.getBoolean("isleaf"),
                            result.getLong("parent"),
                            result.getBoolean("attached")));
                }
            }
            return parts;
        }
    }
}
