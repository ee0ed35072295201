package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Follow.Link;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration.Keep;
import dev.infill.protocol.TableName;
import dev.infill.specification.Specification;
import dev.infill.specification.Specification.Pair;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the changes of the other tables that the expression reads can be followed to the rows that refer to them. */
final class FollowsCheck {
    /** A table of up to so many rows is searched without an index fast enough. */
    private static final int FEW_ROWS = 100_000;

    private static final String TYPE = """
            SELECT format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
             WHERE attrelid = ? AND attname = ? AND attnum > 0 AND NOT attisdropped
            """;

    private static final String RIGHTS = """
            SELECT pg_has_role(c.relowner, 'USAGE') AS owned, row_security_active(c.oid) AS hidden,
                   c.relowner::regrole::text AS owner_name, current_user AS me
              FROM pg_catalog.pg_class c WHERE c.oid = ?
            """;

    /** The columns that the log has of a row as it was, in every partition. */
    private static final String LOGGED = """
            SELECT c.oid::regclass::text AS leaf, c.relreplident = 'f' OR NOT EXISTS (
                       SELECT FROM unnest(?::text[]) AS wanted (name) WHERE wanted.name NOT IN (
                           SELECT a.attname FROM pg_catalog.pg_index i
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                            WHERE i.indrelid = c.oid AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                                              WHEN 'i' THEN i.indisreplident ELSE false END)) AS all_there
              FROM pg_catalog.pg_class c WHERE c.oid IN (""" + Partitions.LEAVES + ") ORDER BY 1";

    /** Whether an index of the whole table begins with these columns, in whatever order. */
    private static final String INDEXED = """
            SELECT i.indexrelid FROM pg_catalog.pg_index i
             WHERE i.indrelid = ? AND i.indisvalid AND i.indpred IS NULL
               AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text)
                      FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE k.position <= cardinality(?::text[]))
                   = (SELECT array_agg(name ORDER BY name) FROM unnest(?::text[]) AS name)
            """;

    private record Rights(boolean owned, boolean hidden, String ownerName, String me) {}

    private record Logged(String leaf, boolean allThere) {}

    private final Specification specification;
    private final Table table;
    private final Findings findings;

    FollowsCheck(Specification specification, Table table, Findings findings) {
        this.specification = specification;
        this.table = table;
        this.findings = findings;
    }

    /**
     * What is to be followed, resolved against the catalog.
     *
     * @param read the relations that the expression reads
     */
    List<Follow> resolve(Connection connection, List<TableName> read) throws SQLException {
        judgeUnfollowed(read);
        List<Follow> follows = new ArrayList<>();
        for (Specification.Follow follow : specification.follows()) {
            Optional<Table> other = Table.find(connection, follow.table());
            if (other.isEmpty() || !Set.of("r", "p").contains(other.get().kind())) {
                findings.block(
                        "follows-not-a-table",
                        "fill.follows names " + follow.table() + ", which is "
                                + (other.isEmpty() ? "not there" : "no table"),
                        "only the changes of tables are in the log",
                        "name the tables that the expression reads, and of a view the tables under it");
                continue;
            }
            resolve(connection, follow, other.get()).ifPresent(follows::add);
        }
        return follows;
    }

    private void judgeUnfollowed(List<TableName> read) {
        Set<TableName> followed = specification.follows().stream()
                .map(Specification.Follow::table)
                .collect(Collectors.toSet());
        if (specification.fill().keep() == Keep.ONCE) {
            return;
        }
        for (TableName other : read) {
            if (other.equals(table.name()) || other.schema().startsWith("pg_temp")) {
                findings.block(
                        "expression-reads-own-table",
                        "fill.expression reads other rows of " + table.name(),
                        "each change of a row could change what any other row must have",
                        "compute it from the row alone");
            } else if (!followed.contains(other)) {
                findings.block(
                        "expression-reads-other-tables",
                        "fill.expression reads " + other + ", and fill.follows does not say how to follow it",
                        "a change there would leave rows of " + table.name() + " wrong, and nothing would repair them",
                        "say by which columns its rows find those of " + table.name() + ": follows: [{table: " + other
                                + ", on: " + other.name() + ".… = "
                                + table.name().name() + ".…}]; or say keep: once");
            }
        }
    }

    private Optional<Follow> resolve(Connection connection, Specification.Follow follow, Table other)
            throws SQLException {
        List<Link> links = new ArrayList<>();
        for (Pair pair : follow.on()) {
            Optional<String> theirs = type(connection, other, pair.theirs());
            Optional<String> ours = type(connection, table, pair.ours());
            if (theirs.isEmpty() || ours.isEmpty()) {
                findings.block(
                        "follows-column-not-found",
                        theirs.isEmpty()
                                ? other.name() + " has no column " + pair.theirs()
                                : table.name() + " has no column " + pair.ours(),
                        "rows that refer to a changed row of " + other.name() + " are found by it",
                        "correct fill.follows");
                return Optional.empty();
            }
            links.add(new Link(new Column(pair.theirs(), theirs.get()), pair.ours()));
        }
        judgeRights(connection, other);
        judgeLogged(connection, other, follow.on());
        judgeIndexed(
                connection,
                table,
                follow.on().stream().map(Pair::ours).toList(),
                "finding the rows that refer to a changed row of " + other.name());
        judgeIndexed(
                connection,
                other,
                follow.on().stream().map(Pair::theirs).toList(),
                "computing the expression for a row");
        return Optional.of(new Follow(other.name(), links));
    }

    private static Optional<String> type(Connection connection, Table table, String column) throws SQLException {
        return Query.of(connection, TYPE, table.oid(), column).texts().stream().findFirst();
    }

    private void judgeRights(Connection connection, Table other) throws SQLException {
        Rights rights = Query.of(connection, RIGHTS, other.oid())
                .all(row -> new Rights(
                        row.getBoolean("owned"),
                        row.getBoolean("hidden"),
                        row.getString("owner_name"),
                        row.getString("me")))
                .get(0);
        if (!rights.owned()) {
            findings.block(
                    "missing-privilege",
                    "role " + rights.me() + " does not own " + other.name(),
                    "only the owner may publish its changes",
                    "grant it, or run with a role that has it",
                    Remedies.statement("GRANT " + rights.ownerName() + " TO " + Remedies.name(rights.me())));
        }
        if (rights.hidden()) {
            findings.block(
                    "row-level-security",
                    "row-level security of " + other.name() + " may hide rows from role " + rights.me(),
                    "the expression would not see them",
                    "let the role see every row",
                    Remedies.statement("ALTER ROLE " + Remedies.name(rights.me()) + " BYPASSRLS"));
        }
    }

    /** Whoever referred to a row by what it was before finds it no more; only the log's old row leads there. */
    private void judgeLogged(Connection connection, Table other, List<Pair> on) throws SQLException {
        String[] columns = on.stream().map(Pair::theirs).toArray(String[]::new);
        List<String> lacking = Query.of(connection, LOGGED, columns, other.quoted(), other.quoted())
                .all(row -> new Logged(row.getString("leaf"), row.getBoolean("all_there")))
                .stream()
                .filter(leaf -> !leaf.allThere())
                .map(Logged::leaf)
                .toList();
        if (!lacking.isEmpty()) {
            findings.block(
                    "follows-not-logged",
                    "the replica identity of " + String.join(", ", lacking) + " does not have "
                            + String.join(", ", columns),
                    "when it changes, the rows that referred to the old value are found by that value alone, and the log"
                            + " would not have it",
                    "let the log have the whole old row, or a unique index over such columns that are NOT NULL be the identity",
                    Remedies.each(lacking, "ALTER TABLE ", " REPLICA IDENTITY FULL"));
        }
    }

    private void judgeIndexed(Connection connection, Table searched, List<String> columns, String what)
            throws SQLException {
        String[] names = columns.toArray(String[]::new);
        if (!Query.of(connection, INDEXED, searched.oid(), names, names).texts().isEmpty()) {
            return;
        }
        String found = "no index of " + searched.name() + " begins with " + String.join(", ", columns);
        String why = what + " would read the whole table, each time";
        String remedy = "create one first; drop it when the migration is complete, if nobody else needs it";
        String sql = Remedies.statement("CREATE INDEX CONCURRENTLY ON " + searched.quoted() + " ("
                + columns.stream().map(Identifier::quote).collect(Collectors.joining(", ")) + ")");
        if (searched.rows() < 0 || searched.rows() > FEW_ROWS) {
            findings.block("follows-without-index", found, why, remedy, sql);
        } else {
            findings.warn("follows-without-index", found, why, remedy, sql);
        }
    }
}
