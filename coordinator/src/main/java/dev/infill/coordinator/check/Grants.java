package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Follow.Link;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.status.CheckReport.RoleGrants;
import dev.infill.specification.Specification;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each part's role needs for one specification, as a script for a superuser. Nothing of it is run by Infill. The new column
 * is not there yet, so the coordinator itself grants it, to those who may write the ledger's ranges.
 */
public final class Grants {
    static final String COORDINATOR = "infill_coordinator";
    static final String WORKER = "infill_worker";
    static final String BRIDGE = "infill_bridge";

    private static final String HERE = "SELECT current_database()";

    private static final String OWNER = """
            SELECT relowner::regrole::text AS name, rolsuper
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner WHERE c.oid = ?
            """;

    private static final String PARTITIONS =
            "SELECT l.oid::regclass FROM (" + Partitions.LEAVES + ") l ORDER BY l.oid::regclass::text";

    private static final String ROLE_THERE = "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ?";

    private static final String TYPE_SCHEMAS = """
            SELECT DISTINCT n.nspname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE t.oid = to_regtype(?) AND n.nspname <> 'pg_catalog'
            """;

    private final Connection connection;
    private final Specification specification;
    private final Resolution resolution;

    private Grants(Connection connection, Specification specification, Resolution resolution) {
        this.connection = connection;
        this.specification = specification;
        this.resolution = resolution;
    }

    /** The grants for every part, in the order in which they must run. */
    static List<RoleGrants> of(Connection connection, Specification specification, Resolution resolution)
            throws SQLException {
        Grants grants = new Grants(connection, specification, resolution);
        return List.of(
                new RoleGrants("coordinator", grants.coordinator()),
                new RoleGrants("ledger", grants.ledger()),
                new RoleGrants("worker", grants.worker()),
                new RoleGrants("bridge", grants.bridge()));
    }

    private String coordinator() throws SQLException {
        Table table = resolution.table();
        List<String> lines = new ArrayList<>();
        lines.add(role(COORDINATOR, "LOGIN REPLICATION"));
        lines.add("GRANT CONNECT, CREATE, TEMP ON DATABASE " + database() + " TO " + COORDINATOR);
        lines.add(ownership(table));
        lines.add(
                "GRANT USAGE, CREATE ON SCHEMA " + Identifier.quote(table.name().schema()) + " TO " + COORDINATOR);
        lines.add("GRANT pg_monitor TO " + COORDINATOR);
        lines.add("GRANT EXECUTE ON FUNCTION pg_replication_origin_drop(text) TO " + COORDINATOR);
        for (Follow follow : resolution.migration().follows()) {
            lines.add("-- The owner of " + follow.table()
                    + " too, or a superuser: only the owner may publish its changes");
        }
        specification.foreignKey().ifPresent(key -> {
            lines.add(usage(Set.of(key.table().schema()), COORDINATOR));
            lines.add("GRANT SELECT (" + Identifier.quote(key.column()) + "), REFERENCES ("
                    + Identifier.quote(key.column()) + ") ON " + key.table().quoted() + " TO " + COORDINATOR);
        });
        return script(lines);
    }

    /** Whoever is a member of a superuser can become one. */
    private String ownership(Table table) throws SQLException {
        return Query.of(connection, OWNER, table.oid())
                .all(row -> row.getBoolean("rolsuper")
                        ? "-- Only its owner may add a column to " + table.name() + ", and that is the superuser "
                                + row.getString("name")
                                + ".\n-- Give it an owner that is none and may use the schemas of its"
                                + " foreign keys, then GRANT that owner TO " + COORDINATOR
                        : "GRANT " + row.getString("name") + " TO " + COORDINATOR)
                .get(0);
    }

    /** As the coordinator would make it at the first submission: it must be there before anything on it can be granted. */
    private String ledger() throws SQLException {
        return LedgerSchema.exists(connection)
                ? ""
                : "SET ROLE " + COORDINATOR + ";\n" + LedgerSchema.script().strip() + "\nRESET ROLE;";
    }

    private String worker() throws SQLException {
        Set<String> columns = new LinkedHashSet<>();
        resolution.migration().key().forEach(part -> columns.add(part.name()));
        columns.addAll(resolution.inputs());
        List<String> there = resolution.table().columns(connection);
        List<String> adopted = resolution.migration().columns().stream()
                .map(Column::name)
                .filter(there::contains)
                .toList();
        columns.addAll(adopted);
        String readable = columns.stream().map(Identifier::quote).collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>();
        lines.add(role(WORKER, "LOGIN"));
        lines.add("GRANT CONNECT ON DATABASE " + database() + " TO " + WORKER);
        lines.add(usage(schemas(), WORKER));
        for (String relation : relations()) {
            lines.add("GRANT SELECT (" + readable + ", xmin, ctid) ON " + relation + " TO " + WORKER);
            if (!adopted.isEmpty()) {
                String writable = adopted.stream().map(Identifier::quote).collect(Collectors.joining(", "));
                lines.add("GRANT UPDATE (" + writable + ") ON " + relation + " TO " + WORKER);
            }
        }
        lines.addAll(computing());
        lines.add("GRANT SELECT, UPDATE (standing, problem) ON infill.migration TO " + WORKER);
        lines.add("GRANT SELECT, UPDATE ON infill.range TO " + WORKER);
        lines.add(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON infill.suspect, infill.rejected, infill.repair TO " + WORKER);
        lines.add("GRANT SELECT ON infill.barrier, infill.writer_seen TO " + WORKER);
        lines.add("GRANT SELECT, INSERT, UPDATE ON infill.writer TO " + WORKER);
        lines.add("GRANT SELECT, INSERT ON infill.barrier_passed TO " + WORKER);
        lines.add("GRANT EXECUTE ON FUNCTION pg_replication_origin_create(text), pg_replication_origin_oid(text),"
                + " pg_replication_origin_session_setup(text) TO " + WORKER);
        return script(lines);
    }

    /** What the values are computed with. */
    private List<String> computing() throws SQLException {
        List<String> lines = new ArrayList<>();
        for (String function : resolution.functions()) {
            lines.add("GRANT EXECUTE ON FUNCTION " + function + " TO " + WORKER);
        }
        for (Follow follow : resolution.migration().follows()) {
            lines.add(usage(Set.of(follow.table().schema()), WORKER));
            lines.add("GRANT SELECT ON " + follow.table().quoted() + " TO " + WORKER);
        }
        if (resolution.migration().fill().transform() != null) {
            // What application code computes waits in a temporary table for the statement that writes it.
            lines.add("GRANT TEMP ON DATABASE " + database() + " TO " + WORKER);
        }
        return lines;
    }

    /** The table, and its partitions: workers fill each by itself, and a right to the whole is none to a part. */
    private List<String> relations() throws SQLException {
        String table = resolution.table().quoted();
        List<String> relations = new ArrayList<>(List.of(table));
        if (resolution.table().isPartitioned()) {
            relations.addAll(Query.of(connection, PARTITIONS, table, table).texts());
        }
        return relations;
    }

    private String bridge() throws SQLException {
        List<String> lines = new ArrayList<>();
        lines.add(role(BRIDGE, "LOGIN REPLICATION"));
        lines.add("GRANT CONNECT ON DATABASE " + database() + " TO " + BRIDGE);
        lines.add("GRANT USAGE ON SCHEMA infill TO " + BRIDGE);
        lines.add("GRANT SELECT, UPDATE ON infill.capture TO " + BRIDGE);
        lines.add("GRANT SELECT ON infill.migration TO " + BRIDGE);
        if (!resolution.migration().follows().isEmpty()) {
            lines.add(usage(schemas(), BRIDGE));
            lines.add("GRANT SELECT (" + referring() + ") ON "
                    + resolution.table().quoted() + " TO " + BRIDGE);
        }
        // The coordinator ends the stream of a bridge that does not let go of the slot.
        lines.add("GRANT " + BRIDGE + " TO " + COORDINATOR);
        return script(lines);
    }

    /** What the rows that refer to a changed one are found by, and their keys. */
    private String referring() {
        Migration migration = resolution.migration();
        return Stream.concat(
                        migration.key().stream().map(Column::name),
                        migration.follows().stream()
                                .flatMap(follow -> follow.links().stream())
                                .map(Link::ours))
                .distinct()
                .map(Identifier::quote)
                .collect(Collectors.joining(", "));
    }

    private String role(String name, String attributes) throws SQLException {
        boolean there = !Query.of(connection, ROLE_THERE, name).texts().isEmpty();
        return (there ? "ALTER ROLE " : "CREATE ROLE ") + name + " " + attributes;
    }

    private String database() throws SQLException {
        return Identifier.quote(Query.of(connection, HERE).texts().get(0));
    }

    private Set<String> schemas() throws SQLException {
        Set<String> schemas = new LinkedHashSet<>();
        schemas.add(resolution.table().name().schema());
        schemas.addAll(resolution.schemas());
        Migration migration = resolution.migration();
        for (Column column : Stream.concat(migration.columns().stream(), migration.key().stream())
                .toList()) {
            schemas.addAll(Query.of(connection, TYPE_SCHEMAS, column.type()).texts());
        }
        schemas.add("infill");
        return schemas;
    }

    private static String usage(Set<String> schemas, String role) {
        return "GRANT USAGE ON SCHEMA "
                + schemas.stream().map(Identifier::quote).collect(Collectors.joining(", ")) + " TO " + role;
    }

    private static String script(List<String> statements) {
        return statements.stream()
                .map(sql -> sql.startsWith("--") ? sql : Remedies.statement(sql))
                .collect(Collectors.joining("\n"));
    }
}
