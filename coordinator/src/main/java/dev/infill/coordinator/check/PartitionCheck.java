package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the partitions of a partitioned table can be filled and captured each. None is a foreign table, because the
 * partitioned table has a unique key.
 */
final class PartitionCheck {
    /** Foreign keys of partitioned tables can be added NOT VALID since. */
    private static final int LATE_FOREIGN_KEYS_SINCE = 180000;

    private static final int NAMED = 5;

    private static final String LEAVES = """
            SELECT l.oid::regclass::text AS name, l.relpersistence::text AS persistence,
                   l.relreplident::text AS identity
              FROM pg_catalog.pg_class l
             WHERE l.oid IN (""" + Partitions.LEAVES + ") ORDER BY 1";

    private static final String VERSION = "SELECT current_setting('server_version_num')";

    private final Table table;
    private final boolean hasForeignKey;
    private final Findings findings;

    PartitionCheck(Table table, boolean hasForeignKey, Findings findings) {
        this.table = table;
        this.hasForeignKey = hasForeignKey;
        this.findings = findings;
    }

    private record Leaf(String name, String persistence, String identity) {}

    void look(Connection connection) throws SQLException {
        if (!table.isPartitioned()) {
            return;
        }
        List<Leaf> leaves = Query.of(connection, LEAVES, table.quoted(), table.quoted())
                .all(row -> new Leaf(row.getString("name"), row.getString("persistence"), row.getString("identity")));
        if (leaves.isEmpty()) {
            findings.block(
                    "no-partitions",
                    table.name() + " has no partition, so it has no row",
                    "there is nothing to fill, and nothing that could be captured",
                    "add the column by hand, or attach a partition first");
        }
        judgeStorage(leaves);
        judgeIdentity(leaves);
        judgeForeignKey(connection);
    }

    private void judgeStorage(List<Leaf> leaves) {
        List<String> unlogged =
                named(leaves.stream().filter(leaf -> !leaf.persistence().equals("p")));
        if (!unlogged.isEmpty()) {
            findings.block(
                    "not-logged",
                    "partitions of " + table.name() + " are unlogged: " + String.join(", ", unlogged),
                    "changes of the application are read from the log, where theirs are not",
                    "make them logged, which rewrites them",
                    Remedies.each(unlogged, "ALTER TABLE ", " SET LOGGED"));
        }
    }

    /** Each partition has an identity of its own, whatever the table's is. */
    private void judgeIdentity(List<Leaf> leaves) {
        List<String> nothing =
                named(leaves.stream().filter(leaf -> leaf.identity().equals("n")));
        if (!nothing.isEmpty()) {
            findings.block(
                    "replica-identity-nothing",
                    "partitions of " + table.name() + " have REPLICA IDENTITY NOTHING: " + String.join(", ", nothing),
                    "once the table is published, the application's own UPDATE and DELETE would fail",
                    "let the primary key be the identity",
                    Remedies.each(nothing, "ALTER TABLE ", " REPLICA IDENTITY DEFAULT"));
        }
        List<String> index =
                named(leaves.stream().filter(leaf -> leaf.identity().equals("i")));
        if (!index.isEmpty()) {
            findings.info(
                    "replica-identity-index",
                    "partitions of " + table.name() + " have another index than their primary key as their replica"
                            + " identity: " + String.join(", ", index),
                    "their changes come with the columns of that index; the bridge drops everything but the key",
                    "nothing");
        }
    }

    private void judgeForeignKey(Connection connection) throws SQLException {
        int version = Integer.parseInt(Query.of(connection, VERSION).texts().get(0));
        if (hasForeignKey && version < LATE_FOREIGN_KEYS_SINCE) {
            findings.block(
                    "foreign-key-partitioned",
                    "constraints.foreignKey: a foreign key of a partitioned table can't be NOT VALID before PostgreSQL 18",
                    "adding it would look at every row while nobody can write",
                    "leave it out here, and add it to each partition by itself when the migration is complete");
        }
    }

    private static List<String> named(Stream<Leaf> leaves) {
        return leaves.map(Leaf::name).limit(NAMED).toList();
    }
}
