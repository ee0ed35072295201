package dev.infill.coordinator.check;

import java.sql.Connection;
import java.sql.SQLException;

/** Whether our role may do what the migration needs, and sees every row. */
final class RightsCheck {
    private static final String RIGHTS = """
            SELECT current_user AS me, current_database() AS here, c.relowner::regrole::text AS owner_name,
                   r.rolsuper OR r.rolreplication
                       OR EXISTS (SELECT FROM pg_catalog.pg_roles g
                                   WHERE g.rolname = 'rds_replication' AND pg_has_role(g.oid, 'USAGE')) AS replication,
                   has_database_privilege(current_database(), 'CREATE') AS may_create,
                   has_database_privilege(current_database(), 'TEMP') AS may_temp,
                   pg_has_role(c.relowner, 'USAGE') AS owner,
                   has_schema_privilege(c.relnamespace, 'CREATE') AS may_index,
                   row_security_active(c.oid) AS hidden, c.relrowsecurity AS policies
              FROM pg_catalog.pg_roles r, pg_catalog.pg_class c
             WHERE r.rolname = current_user AND c.oid = ?
            """;

    private RightsCheck() {}

    private record Rights(
            String me,
            String here,
            String ownerName,
            boolean replication,
            boolean create,
            boolean temp,
            boolean owner,
            boolean index,
            boolean hidden,
            boolean policies) {}

    /** Looks; answers whether a temporary copy of the table can be made. */
    static boolean look(Connection connection, Table table, Findings findings) throws SQLException {
        Rights rights = Query.of(connection, RIGHTS, table.oid())
                .all(row -> new Rights(
                        row.getString("me"),
                        row.getString("here"),
                        row.getString("owner_name"),
                        row.getBoolean("replication"),
                        row.getBoolean("may_create"),
                        row.getBoolean("may_temp"),
                        row.getBoolean("owner"),
                        row.getBoolean("may_index"),
                        row.getBoolean("hidden"),
                        row.getBoolean("policies")))
                .get(0);
        judge(rights, table, findings);
        judgePolicies(rights, table, findings);
        return rights.temp() && rights.owner();
    }

    private static void judge(Rights rights, Table table, Findings findings) {
        String role = Remedies.name(rights.me());
        String database = Remedies.name(rights.here());
        if (!rights.owner()) {
            missing(
                    findings,
                    "role " + role + " does not own " + table.name(),
                    "only the owner may add columns, indexes and constraints",
                    "GRANT " + rights.ownerName() + " TO " + role);
        }
        if (!rights.replication()) {
            missing(
                    findings,
                    "role " + role + " lacks REPLICATION",
                    "changes of the application are read through a replication slot",
                    "ALTER ROLE " + role + " REPLICATION");
        }
        if (!rights.create()) {
            missing(
                    findings,
                    "role " + role + " lacks CREATE on database " + rights.here(),
                    "the ledger's schema and the publication are created there",
                    "GRANT CREATE ON DATABASE " + database + " TO " + role);
        }
        if (!rights.temp()) {
            missing(
                    findings,
                    "role " + role + " lacks TEMP on database " + rights.here(),
                    "types and expressions are tried on an empty temporary table",
                    "GRANT TEMP ON DATABASE " + database + " TO " + role);
        }
        if (!rights.index()) {
            missing(
                    findings,
                    "role " + role + " lacks CREATE on schema " + table.name().schema(),
                    "indexes are created there",
                    "GRANT CREATE ON SCHEMA " + Remedies.name(table.name().schema()) + " TO " + role);
        }
    }

    private static void missing(Findings findings, String found, String why, String grant) {
        findings.block(
                "missing-privilege",
                found,
                why,
                "grant it, or run with a role that has it; infill check --grants prints all that is needed",
                Remedies.statement(grant));
    }

    private static void judgePolicies(Rights rights, Table table, Findings findings) {
        if (rights.hidden()) {
            findings.block(
                    "row-level-security",
                    "row-level security of " + table.name() + " may hide rows from role " + rights.me(),
                    "hidden rows would be left out of the fill and of the verification without an error",
                    "let the role see every row",
                    Remedies.statement("ALTER ROLE " + Remedies.name(rights.me()) + " BYPASSRLS"));
        } else if (rights.policies()) {
            findings.info(
                    "row-level-security-bypassed",
                    table.name() + " has row-level security, which does not hold for role " + rights.me(),
                    "Infill must see every row",
                    "give the workers' role BYPASSRLS too, if it is another one");
        }
    }
}
