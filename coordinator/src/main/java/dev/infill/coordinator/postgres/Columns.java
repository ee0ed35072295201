package dev.infill.coordinator.postgres;

import dev.infill.postgres.Partitions;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.SQLException;

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
            """;

    /** The table and its partitions: a right to the whole is none to a part, and workers fill each part by itself. */
    private static final String RELATIONS =
            "SELECT to_regclass(?)::text UNION SELECT l.oid::regclass::text FROM (" + Partitions.LEAVES + ") l";

    private static final String GRANT = "GRANT SELECT (%2$s), UPDATE (%2$s) ON %1$s TO %3$s";

    private static final String TABLE_EXISTS = "SELECT to_regclass(?) IS NOT NULL";

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
    public static void add(Connection connection, Migration migration) throws SQLException {
        Sql.run(
                connection,
                ADD.formatted(
                        migration.table().quoted(),
                        migration.column().quoted(),
                        migration.column().type()));
    }

    /** Lets workers that have a role of their own write the column: nobody could grant it before it was there. */
    public static void grantToWorkers(Connection connection, Migration migration) throws SQLException {
        String table = migration.table().quoted();
        for (String worker : Sql.texts(connection, WORKERS)) {
            for (String relation : Sql.texts(connection, RELATIONS, table, table, table)) {
                Sql.run(connection, GRANT.formatted(relation, migration.column().quoted(), worker));
            }
        }
    }

    /** Drops the column with its indexes and constraints. */
    public static void drop(Connection connection, Migration migration) throws SQLException {
        if (Sql.isTrue(connection, TABLE_EXISTS, migration.table().quoted())) {
            Sql.run(
                    connection,
                    DROP.formatted(
                            migration.table().quoted(), migration.column().quoted()));
        }
    }
}
