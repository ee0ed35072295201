package dev.infill.coordinator.postgres;

import dev.infill.coordinator.migration.SchemaChange;
import dev.infill.coordinator.migration.SchemaChange.Lock;
import dev.infill.postgres.Partitions;
import dev.infill.postgres.ledger.DefinitionLedger;
import dev.infill.postgres.ledger.DefinitionLedger.Definition;
import dev.infill.protocol.Column;
import dev.infill.protocol.Follow;
import dev.infill.protocol.Identifier;
import dev.infill.protocol.Migration;
import dev.infill.protocol.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            + " WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)";

    /** A change of a partition bears the partitioned table's name; for publications that an older version made. */
    private static final String UPDATE = "ALTER PUBLICATION \"infill\""
            + " SET (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)";

    private static final String IS_UP_TO_DATE =
            "SELECT pubviaroot AND pubtruncate FROM pg_publication WHERE pubname = ?";

    /** Without a list all columns are. */
    private static final String COLUMNS_PUBLISHED = """
            SELECT r.prattrs IS NULL OR NOT EXISTS (
                       SELECT FROM unnest(?::text[]) AS wanted (name)
                        WHERE wanted.name NOT IN (SELECT a.attname FROM pg_catalog.pg_attribute a
                                                   WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])))
              FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
             WHERE p.pubname = ? AND r.prrelid = to_regclass(?)
            """;

    /** Of the primary key and the replica identity of every partition. */
    private static final String IDENTIFYING_COLUMNS = """
            SELECT DISTINCT a.attname::text FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
             WHERE (i.indisprimary OR i.indisreplident) AND i.indrelid IN (""" + Partitions.LEAVES + ")";

    private static final String ADD_TABLE = "ALTER PUBLICATION \"infill\" ADD TABLE ONLY %s%s";

    private static final String DROP_TABLE = "ALTER PUBLICATION \"infill\" DROP TABLE ONLY %s";

    private static final String SERVER_VERSION = "SELECT current_setting('server_version_num')";

    /** Of every partition: each has an identity of its own. */
    private static final String IDENTITY_IS_AMONG = """
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

    /**
     * What is to be done next until the table, with nothing but its key where the server can, and the tables that its expression
     * reads, with what rows refer to them by, are in our publication; empty when they are.
     */
    public static Optional<SchemaChange> publication(Connection connection, Migration migration) throws SQLException {
        boolean exists = isPublishing(connection);
        if (exists && !Sql.isTrue(connection, IS_UP_TO_DATE, PUBLICATION)) {
            return Optional.of(new SchemaChange(
                    "publishing partitions under the table's name", UPDATE, Lock.NONE, migration.table()));
        }
        Set<String> key = migration.key().stream().map(Column::name).collect(Collectors.toCollection(TreeSet::new));
        Optional<SchemaChange> own = publication(connection, migration.table(), key, exists);
        if (own.isPresent()) {
            return own;
        }
        for (Follow follow : migration.follows()) {
            String table = follow.table().quoted();
            Set<String> columns = new TreeSet<>(Sql.texts(connection, IDENTIFYING_COLUMNS, table, table));
            follow.links().forEach(link -> columns.add(link.theirs().name()));
            Optional<SchemaChange> followed = publication(connection, follow.table(), columns, exists);
            if (followed.isPresent()) {
                return followed;
            }
        }
        return Optional.empty();
    }

    /** A table whose replica identity is more than these columns goes in whole: else the application's own updates would fail. */
    private static Optional<SchemaChange> publication(
            Connection connection, TableName table, Set<String> columns, boolean exists) throws SQLException {
        String[] names = columns.toArray(String[]::new);
        boolean canList = Integer.parseInt(Sql.text(connection, SERVER_VERSION).orElseThrow()) >= COLUMN_LISTS_SINCE;
        boolean isIn = Sql.isTrue(connection, TABLE_PUBLISHED, PUBLICATION, table.quoted());
        if (isIn && (!canList || Sql.isTrue(connection, COLUMNS_PUBLISHED, names, PUBLICATION, table.quoted()))) {
            return Optional.empty();
        }
        boolean lists =
                !isIn && canList && Sql.isTrue(connection, IDENTITY_IS_AMONG, names, table.quoted(), table.quoted());
        String list = lists ? columns.stream().map(Identifier::quote).collect(Collectors.joining(", ", " (", ")")) : "";
        String add = (exists ? ADD_TABLE : CREATE_PUBLICATION).formatted(table.quoted(), list);
        // With other columns than another migration had asked for: in one transaction, so that no change is missed.
        String sql = isIn ? DROP_TABLE.formatted(table.quoted()) + "; " + add : add;
        return Optional.of(new SchemaChange("publishing the table's keys", sql, Lock.SHARE_UPDATE_EXCLUSIVE, table));
    }

    /**
     * Takes the migration's tables out of our publication, but for those that others need, then the publication away when none
     * is left; empty: nothing is left to do.
     */
    public static Optional<SchemaChange> withdrawal(Connection connection, Migration migration) throws SQLException {
        Set<TableName> needed = DefinitionLedger.repaired(connection).stream()
                .map(Definition::migration)
                .filter(other -> !other.name().equals(migration.name()))
                .flatMap(Capture::tables)
                .collect(Collectors.toSet());
        for (TableName table : tables(migration).toList()) {
            if (!needed.contains(table) && Sql.isTrue(connection, TABLE_PUBLISHED, PUBLICATION, table.quoted())) {
                return Optional.of(new SchemaChange(
                        "withdrawing the table's keys",
                        DROP_TABLE.formatted(table.quoted()),
                        Lock.SHARE_UPDATE_EXCLUSIVE,
                        table));
            }
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

    private static Stream<TableName> tables(Migration migration) {
        return Stream.concat(
                Stream.of(migration.table()), migration.follows().stream().map(Follow::table));
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
