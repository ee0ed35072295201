package dev.infill.coordinator.check;

import dev.infill.coordinator.postgres.Capture;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;

/** What lies between us and the table, and around it: a pooler, standbys, sort orders, somebody's leftovers. */
final class SurroundingsCheck {
    private static final String BACKEND = "SELECT pg_backend_pid()";

    /** What sorts differently now than when the index was built finds some rows no more. */
    private static final String COLLATIONS = """
            SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(l.collname)
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
              JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
              JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
             WHERE i.indrelid = ? AND i.indisprimary
               AND l.collversion IS DISTINCT FROM pg_collation_actual_version(l.oid)
            """;

    private static final String DATABASE_COLLATION = """
            SELECT datname FROM pg_catalog.pg_database d
             WHERE d.datname = current_database()
               AND d.datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid)
               AND EXISTS (SELECT FROM pg_catalog.pg_index i
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                            WHERE i.indrelid = ? AND i.indisprimary AND a.attcollation = 'pg_catalog."default"'::regcollation)
            """;

    private static final int DATABASE_COLLATION_SINCE = 15;

    private static final String STANDBYS = """
            SELECT CASE WHEN application_name = '' THEN pid::text ELSE application_name END
              FROM pg_catalog.pg_stat_replication r
             WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                                WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
               AND coalesce(current_setting('sync_replication_slots', true), 'off') <> 'on'
             ORDER BY 1
            """;

    /** What we made has its name from us and is owned by us; what somebody else made, we must not change. */
    private static final String FOREIGN_PUBLICATION = """
            SELECT pubowner::regrole::text FROM pg_catalog.pg_publication
             WHERE pubname = 'infill' AND (puballtables OR NOT pg_has_role(pubowner, 'USAGE'))
            """;

    private final Table table;
    private final Findings findings;

    SurroundingsCheck(Table table, Findings findings) {
        this.table = table;
        this.findings = findings;
    }

    void look(Connection connection) throws SQLException {
        judgePooler(
                connection.unwrap(PGConnection.class).getBackendPID(),
                Query.of(connection, BACKEND).all(row -> row.getInt(1)).get(0),
                findings);
        lookAtCollations(connection);
        lookAtStandbys(connection);
        for (String owner : Query.of(connection, FOREIGN_PUBLICATION).texts()) {
            findings.block(
                    "publication-taken",
                    "there is a publication infill already, which is owned by " + owner + " or has all tables",
                    "Infill would add its tables to it and drop it in the end; it must not touch another's publication",
                    "rename it",
                    "ALTER PUBLICATION \"infill\" RENAME TO \"infill_other\";");
        }
    }

    /** A pooler answers with a number of its own where the server tells its process. */
    static void judgePooler(int told, int asked, Findings findings) {
        if (told != asked) {
            findings.block(
                    "pooler",
                    "the address leads to a connection pooler, not to PostgreSQL itself",
                    "settings, prepared statements and the epoch belong to a session, which a pooler exchanges between two"
                            + " transactions; replication does not pass it at all",
                    "give the server's own address and port");
        }
    }

    private void lookAtCollations(Connection connection) throws SQLException {
        List<String> collations = Query.of(connection, COLLATIONS, table.oid()).texts();
        if (!collations.isEmpty()) {
            changed(
                    "collation " + String.join(", ", collations),
                    "\n" + Remedies.each(collations, "ALTER COLLATION ", " REFRESH VERSION"));
        }
        if (connection.getMetaData().getDatabaseMajorVersion() >= DATABASE_COLLATION_SINCE) {
            for (String database :
                    Query.of(connection, DATABASE_COLLATION, table.oid()).texts()) {
                changed(
                        "the collation of database " + database,
                        "\nALTER DATABASE " + Remedies.name(database) + " REFRESH COLLATION VERSION;");
            }
        }
    }

    private void changed(String what, String refresh) {
        findings.block(
                "collation-changed",
                what + ", by which the key of " + table.name() + " is sorted, is of another version than its indexes",
                "an index that is sorted another way does not find all rows, and a range would leave them out",
                "rebuild the table's indexes, then say that the version is the right one",
                "REINDEX TABLE CONCURRENTLY " + table.quoted() + ";" + refresh);
    }

    private void lookAtStandbys(Connection connection) throws SQLException {
        List<String> standbys = Query.of(connection, STANDBYS).texts();
        boolean mayKeep = connection.getMetaData().getDatabaseMajorVersion() >= Capture.FAILOVER_SLOTS_SINCE;
        if (!standbys.isEmpty()) {
            findings.info(
                    "failover-loses-slot",
                    "there are standbys (" + String.join(", ", standbys) + "), and "
                            + (mayKeep
                                    ? "only those with sync_replication_slots = on keep our slot"
                                    : "replication slots are not synchronized"),
                    "after a failover that loses the slot everything is filled and verified again",
                    "nothing, for that costs time and not correctness"
                            + (mayKeep
                                    ? "; or set sync_replication_slots, hot_standby_feedback and primary_slot_name on the"
                                            + " standby that may take over"
                                    : ""));
        }
    }
}
