package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.postgres.Partitions;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Adds the new column, and takes it away again. */
public final class Columns {
    private static final String EXISTS = """
            SELECT EXISTS (SELECT FROM pg_attribute
                            WHERE attrelid = to_regclass(?) AND attname = ? AND attnum > 0 AND NOT attisdropped)
            """;

    private static final String ADD = "ALTER TABLE %s ADD COLUMN %s %s";

    private static final String DROP = "ALTER TABLE %s DROP COLUMN IF EXISTS %s";

    /** Who may write the ledger's ranges is a worker, by whatever name. */
    private static final String WORKERS = """
            SELECT DISTINCT g.grantee::regrole::text
              FROM pg_class c, aclexplode(c.relacl) AS g
             WHERE c.oid = 'infill.range'::regclass AND g.privilege_type = 'UPDATE'
               AND g.grantee <> 0 AND g.grantee <> c.relowner
               AND NOT (has_column_privilege(g.grantee, to_regclass(?), ?, 'SELECT')
                        AND has_column_privilege(g.grantee, to_regclass(?), ?, 'UPDATE'))
             ORDER BY 1
            """;

    /** The table and its partitions: a right to the whole is none to a part, and workers fill each part by itself. */
    private static final String RELATIONS = "SELECT to_regclass(?)::text UNION SELECT l.oid::regclass::text FROM ("
            + Partitions.LEAVES + ") l ORDER BY 1";

    private static final String GRANT = "GRANT SELECT (%2$s), UPDATE (%2$s) ON %1$s TO %3$s";

    private Columns() {}

    /** Whether the column is there, of whatever type. */
    public static boolean exists(Connection connection, Migration migration) throws SQLException {
        return Sql.isTrue(
                connection,
                EXISTS,
                migration.table().quoted(),
                migration.column().name());
    }

    /** Adds the column, nullable and without a default: metadata only, whatever the table's size. */
    public static SchemaChange addition(Migration migration) {
        return new SchemaChange(
                "adding column " + migration.column().name(),
                ADD.formatted(
                        migration.table().quoted(),
                        migration.column().quoted(),
                        migration.column().type()),
                Lock.ACCESS_EXCLUSIVE,
                migration.table());
    }

    /**
     * Lets workers that have a role of their own write the column: nobody could grant it before it was there. None where they all
     * may already.
     */
    public static List<SchemaChange> grants(Connection connection, Migration migration) throws SQLException {
        String table = migration.table().quoted();
        String column = migration.column().name();
        List<SchemaChange> grants = new ArrayList<>();
        for (String relation : Sql.texts(connection, RELATIONS, table, table, table)) {
            for (String worker : Sql.texts(connection, WORKERS, relation, column, relation, column)) {
                grants.add(new SchemaChange(
                        "granting column " + column + " of " + relation + " to " + worker,
                        GRANT.formatted(relation, migration.column().quoted(), worker),
                        Lock.NONE,
                        migration.table()));
            }
        }
        return grants;
    }

    /** Drops the column with its indexes and constraints. */
    public static SchemaChange removal(Migration migration) {
        return new SchemaChange(
                "dropping column " + migration.column().name(),
                DROP.formatted(migration.table().quoted(), migration.column().quoted()),
                Lock.ACCESS_EXCLUSIVE,
                migration.table());
    }
}
