package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.postgres.Partitions;
import dev.infill.protocol.Column;
import dev.infill.protocol.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The publication, the slot, and what the ledger knows of them. One of each per database, shared by its migrations. */
public final class Capture {
    /** Our publication's name; private, so nobody else's subscription sees it change. */
    public static final String PUBLICATION = "infill";

    /** Column lists exist from PostgreSQL 15 on; before, the bridge drops the values. */
    private static final int COLUMN_LISTS_SINCE = 150000;

    private static final String SLOT_NAME =
            "SELECT 'infill_' || oid FROM pg_database WHERE datname = current_database()";

    private static final String PUBLICATION_EXISTS = "SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = ?)";

    private static final String TABLE_PUBLISHED = """
            SELECT EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                            WHERE p.pubname = ? AND r.prrelid = to_regclass(?))
            """;

    private static final String TABLES_PUBLISHED =
            "SELECT count(*) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE p.pubname = ?";

    private static final String CREATE_PUBLICATION = "CREATE PUBLICATION \"infill\" FOR TABLE ONLY %s%s"
            + " WITH (publish = 'insert, update, delete', publish_via_partition_root = true)";

    /** A change of a partition bears the partitioned table's name; for publications that an older version made. */
    private static final String VIA_ROOT = "ALTER PUBLICATION \"infill\" SET (publish_via_partition_root = true)";

    private static final String IS_VIA_ROOT = "SELECT pubviaroot FROM pg_publication WHERE pubname = ?";

    private static final String ADD_TABLE = "ALTER PUBLICATION \"infill\" ADD TABLE ONLY %s%s";

    private static final String DROP_TABLE = "ALTER PUBLICATION \"infill\" DROP TABLE ONLY %s";

    private static final String SERVER_VERSION = "SELECT current_setting('server_version_num')";

    /** Of every partition: each has an identity of its own. */
    private static final String IDENTITY_IS_KEY = """
            SELECT bool_and(c.relreplident = 'd' OR c.relreplident = 'i' AND (
                       SELECT bool_and(a.attname = ANY (?)) FROM pg_catalog.pg_index i
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                        WHERE i.indrelid = c.oid AND i.indisreplident))
              FROM pg_catalog.pg_class c WHERE c.oid IN (""" + Partitions.LEAVES + ")";

    private static final String SLOT_USABLE = """
            SELECT wal_status IS DISTINCT FROM 'lost' FROM pg_replication_slots
             WHERE slot_name = ? AND database = current_database() AND confirmed_flush_lsn IS NOT NULL
            """;

    /** The first version of PostgreSQL that knows failover slots. */
    public static final int FAILOVER_SLOTS_SINCE = 17;

    private static final String SLOT_ACTIVE = "SELECT active FROM pg_replication_slots WHERE slot_name = ?";

    /** Waits for every transaction that runs now to end. */
    private static final String CREATE_SLOT = "SELECT pg_create_logical_replication_slot(?, 'pgoutput')";

    /** Standbys that synchronize slots keep it through a failover; to others it makes no difference. */
    private static final String CREATE_FAILOVER_SLOT =
            "SELECT pg_create_logical_replication_slot(?, 'pgoutput', failover => true)";

    private static final String DROP_SLOT =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ? AND NOT active";

    private static final String END_STREAM =
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = ? AND active";

    private static final String RETAINED = """
            SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint
              FROM pg_replication_slots WHERE slot_name = ?
            """;

    private static final String NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";

    private static final String ALL_ENDED_BELOW =
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::numeric >= ?::numeric";

    private static final String DROP_ORIGINS = """
            SELECT pg_replication_origin_drop(roname) FROM pg_replication_origin
             WHERE roname ~ '^infill_[0-9]+$'
            """;

    private Capture() {}

    /** The name of this database's slot. */
    public static String slotName(Connection connection) throws SQLException {
        return Sql.text(connection, SLOT_NAME).orElseThrow();
    }

    /** Whether the table is in our publication. */
    public static boolean isPublished(Connection connection, Migration migration) throws SQLException {
        return Sql.isTrue(
                connection, TABLE_PUBLISHED, PUBLICATION, migration.table().quoted());
    }

    /**
     * Puts the table into our publication, with nothing but its key where the server can. A table whose replica identity
     * is more than its key goes in whole: with a column list the application's own updates would fail.
     */
    public static SchemaChange publication(Connection connection, Migration migration) throws SQLException {
        boolean columnList =
                Integer.parseInt(Sql.text(connection, SERVER_VERSION).orElseThrow()) >= COLUMN_LISTS_SINCE
                        && Sql.isTrue(
                                connection,
                                IDENTITY_IS_KEY,
                                migration.key().stream().map(Column::name).toArray(String[]::new),
                                migration.table().quoted(),
                                migration.table().quoted());
        String columns = columnList
                ? migration.key().stream().map(Column::quoted).collect(Collectors.joining(", ", " (", ")"))
                : "";
        boolean exists = Sql.isTrue(connection, PUBLICATION_EXISTS, PUBLICATION);
        if (exists && !Sql.isTrue(connection, IS_VIA_ROOT, PUBLICATION)) {
            return new SchemaChange(
                    "publishing partitions under the table's name", VIA_ROOT, Lock.NONE, migration.table());
        }
        return new SchemaChange(
                "publishing the table's keys",
                (exists ? ADD_TABLE : CREATE_PUBLICATION)
                        .formatted(migration.table().quoted(), columns),
                Lock.SHARE_UPDATE_EXCLUSIVE,
                migration.table());
    }

    /** Takes the table out of our publication, then the publication away when it was the last; empty: nothing is left to do. */
    public static Optional<SchemaChange> withdrawal(Connection connection, Migration migration) throws SQLException {
        if (isPublished(connection, migration)) {
            return Optional.of(new SchemaChange(
                    "withdrawing the table's keys",
                    DROP_TABLE.formatted(migration.table().quoted()),
                    Lock.SHARE_UPDATE_EXCLUSIVE,
                    migration.table()));
        }
        boolean isLast = Sql.text(connection, TABLES_PUBLISHED, PUBLICATION)
                .orElseThrow()
                .equals("0");
        return isLast && isPublishing(connection)
                ? Optional.of(new SchemaChange(
                        "dropping the publication",
                        "DROP PUBLICATION IF EXISTS \"infill\"",
                        Lock.NONE,
                        migration.table()))
                : Optional.empty();
    }

    /** Whether our publication still serves a migration. */
    public static boolean isPublishing(Connection connection) throws SQLException {
        return Sql.isTrue(connection, PUBLICATION_EXISTS, PUBLICATION);
    }

    /** Whether the slot is there and has all its WAL. */
    public static boolean isSlotUsable(Connection connection, String slot) throws SQLException {
        return Sql.isTrue(connection, SLOT_USABLE, slot);
    }

    /** Creates the slot; takes as long as the oldest running transaction, so not in a hurry and not in a transaction. */
    public static void createSlot(Connection connection, String slot) throws SQLException {
        boolean mayFailOver = connection.getMetaData().getDatabaseMajorVersion() >= FAILOVER_SLOTS_SINCE;
        Sql.text(connection, mayFailOver ? CREATE_FAILOVER_SLOT : CREATE_SLOT, slot);
    }

    /** Drops the slot unless somebody streams from it; answers whether it is gone. */
    public static boolean dropSlot(Connection connection, String slot) throws SQLException {
        Sql.text(connection, DROP_SLOT, slot);
        return Sql.text(connection, SLOT_ACTIVE, slot).isEmpty();
    }

    /** Ends the session that streams from our slot, for a bridge that does not let go. */
    public static void endStream(Connection connection, String slot) throws SQLException {
        Sql.text(connection, END_STREAM, slot);
    }

    /** How much WAL the slot makes the server keep, in bytes; 0 without a slot. */
    public static long retainedWalBytes(Connection connection, String slot) throws SQLException {
        return Sql.text(connection, RETAINED, slot).map(Long::parseLong).orElse(0L);
    }

    /** The id that the next transaction will have at the least. */
    public static String nextTransaction(Connection connection) throws SQLException {
        return Sql.text(connection, NEXT_TRANSACTION).orElseThrow();
    }

    /** Whether every transaction with a smaller id has ended and is visible as ended. */
    public static boolean haveAllEndedBelow(Connection connection, @Nullable String transaction) throws SQLException {
        return Sql.isTrue(connection, ALL_ENDED_BELOW, transaction);
    }

    /** Drops our replication origins; fails with "object in use" while a worker's session holds one. */
    public static void dropOrigins(Connection connection) throws SQLException {
        Sql.texts(connection, DROP_ORIGINS);
    }
}
