package dev.infill.coordinator.check;

import dev.infill.postgres.Partitions;
import java.sql.Connection;
import java.sql.SQLException;

/** How much room the fill will take, and what is wrong with how the log is put away. */
final class RoomCheck {
    /** A header and its pointer, and the least a new value takes. */
    private static final int VERSION_BYTES = 40;

    private static final String LEAVES = Partitions.leavesOf("c.oid");

    private static final String ROOM = """
            SELECT (SELECT sum(pg_table_size(l.oid))::bigint FROM (""" + LEAVES + """
                        ) l) AS heap,
                   (SELECT sum(pg_indexes_size(l.oid))::bigint FROM (""" + LEAVES + """
                        ) l) AS indexes,
                   (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) AS index_count,
                   (SELECT setting::bigint * 1024 * 1024 FROM pg_catalog.pg_settings
                     WHERE name = 'max_slot_wal_keep_size') AS keep
              FROM pg_catalog.pg_class c WHERE c.oid = ?
            """;

    private static final String FAILING_ARCHIVER = """
            SELECT failed_count FROM pg_catalog.pg_stat_archiver
             WHERE current_setting('archive_mode') <> 'off'
               AND last_failed_time > coalesce(last_archived_time, '-infinity')
            """;

    private static final String PRETTY = "SELECT pg_size_pretty(?::bigint)";

    private final Table table;
    private final Findings findings;

    RoomCheck(Table table, Findings findings) {
        this.table = table;
        this.findings = findings;
    }

    private record Room(long heap, long indexes, long indexCount, long keep) {}

    void look(Connection connection) throws SQLException {
        if (table.rows() < 0) {
            findings.info(
                    "never-analyzed",
                    table.name() + " was never analyzed, so nobody knows how many rows it has",
                    "ranges are cut by that number, and the estimates below are rough",
                    "analyze it",
                    Remedies.statement("ANALYZE " + table.quoted()));
        }
        Room room = Query.of(connection, ROOM, table.oid())
                .all(row -> new Room(
                        row.getLong("heap"), row.getLong("indexes"), row.getLong("index_count"), row.getLong("keep")))
                .get(0);
        sayRoom(connection, room);
        for (String failures : Query.of(connection, FAILING_ARCHIVER).texts()) {
            findings.warn(
                    "wal-archiving-fails",
                    "WAL can't be archived: " + failures + " attempts failed, the last one among them",
                    "the log that the fill writes stays on the disk until it is archived, and may fill it",
                    "mend archive_command or archive_library first",
                    "SELECT last_failed_wal, last_failed_time FROM pg_stat_archiver;");
        }
    }

    /** The worst case, a table whose rows all move: the fill is kinder wherever rows fit beside their old versions. */
    private void sayRoom(Connection connection, Room room) throws SQLException {
        long rows = (long) Math.max(0, table.rows());
        long growth = room.heap() + rows * VERSION_BYTES + room.indexes();
        long wal = 2 * growth + rows * room.indexCount() * VERSION_BYTES;
        String found = "at worst the fill makes " + table.name() + " " + pretty(connection, growth)
                + " larger and writes " + pretty(connection, wal) + " of WAL";
        String why =
                "every filled row is a new version of it; standbys and archives take the same WAL, and the free space"
                        + " of the server's disks can't be asked for through SQL";
        String remedy = "make sure that data and WAL disks, standbys and the archive have that room";
        if (room.keep() > 0 && room.keep() < wal / 2) {
            findings.warn(
                    "wal-keep-small",
                    found + ", and max_slot_wal_keep_size is " + pretty(connection, room.keep()),
                    "a bridge that stays away for a while loses its slot, and then everything is filled and verified again",
                    "raise it to what the disk can spare, and let the bridge be restarted at once",
                    "ALTER SYSTEM SET max_slot_wal_keep_size = " + Remedies.literal(wal / (1 << 20) + "MB")
                            + ";\nSELECT pg_reload_conf();");
        } else {
            findings.info("room-needed", found, why, remedy);
        }
    }

    private static String pretty(Connection connection, long bytes) throws SQLException {
        return Query.of(connection, PRETTY, bytes).texts().get(0);
    }
}
