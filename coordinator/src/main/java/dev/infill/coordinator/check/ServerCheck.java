package dev.infill.coordinator.check;

import java.sql.Connection;
import java.sql.SQLException;

/** Whether the server can be captured from at all. */
final class ServerCheck {
    private static final int OLDEST = 140_000;
    private static final int NEWEST = 190_000;
    private static final int MORE = 5;

    private static final String SERVER = """
            SELECT current_setting('server_version_num')::int AS version, current_setting('wal_level') AS wal_level,
                   current_setting('max_replication_slots')::int AS slots,
                   current_setting('max_wal_senders')::int AS senders, pg_is_in_recovery() AS standby, current_setting('max_slot_wal_keep_size') AS keep,
                   current_setting('max_replication_slots')::int
                       - (SELECT count(*) FROM pg_catalog.pg_replication_slots) AS free_slots,
                   current_setting('max_wal_senders')::int
                       - (SELECT count(*) FROM pg_catalog.pg_stat_replication) AS free_senders,
                   EXISTS (SELECT FROM pg_catalog.pg_replication_slots
                            WHERE slot_name = 'infill_' || (SELECT oid FROM pg_catalog.pg_database
                                                             WHERE datname = current_database())) AS captured
            """;

    private ServerCheck() {}

    record Server(
            int version,
            String walLevel,
            int slots,
            int senders,
            boolean standby,
            String keep,
            long freeSlots,
            long freeSenders,
            boolean captured) {}

    static void look(Connection connection, Findings findings) throws SQLException {
        Server server = Query.of(connection, SERVER)
                .all(row -> new Server(
                        row.getInt("version"),
                        row.getString("wal_level"),
                        row.getInt("slots"),
                        row.getInt("senders"),
                        row.getBoolean("standby"),
                        row.getString("keep"),
                        row.getLong("free_slots"),
                        row.getLong("free_senders"),
                        row.getBoolean("captured")))
                .get(0);
        judge(server, findings);
    }

    static void judge(Server server, Findings findings) {
        judgeVersion(server, findings);
        judgeReplication(server, findings);
    }

    private static void judgeVersion(Server server, Findings findings) {
        String version = "the server is PostgreSQL " + server.version() / 10_000;
        if (server.version() < OLDEST) {
            findings.block(
                    "server-version-unsupported",
                    version,
                    "Infill needs what PostgreSQL has since version 14",
                    "upgrade the server; 14 to 18 are supported");
        } else if (server.version() >= NEWEST) {
            findings.info(
                    "server-version-untested", version, "Infill was tested with 14 to 18", "rehearse on a copy first");
        }
        if (server.standby()) {
            findings.block(
                    "server-is-standby",
                    "the server is a standby",
                    "nothing can be written there",
                    "give the address of the primary, or targetServerType=primary");
        }
    }

    private static void judgeReplication(Server server, Findings findings) {
        if (!server.walLevel().equals("logical")) {
            findings.block(
                    "wal-level",
                    "wal_level is " + server.walLevel(),
                    "changes of the application are read from the log, which has them only with wal_level = logical",
                    "raise it, then restart the server (managed servers have a parameter of their own for it, such as"
                            + " rds.logical_replication)",
                    "ALTER SYSTEM SET wal_level = 'logical';");
        }
        if (!server.captured() && server.freeSlots() <= 0) {
            findings.block(
                    "no-replication-slot-free",
                    "all of max_replication_slots are taken",
                    "changes of the application are read through a replication slot",
                    "drop slots that nobody needs, or raise max_replication_slots and restart the server",
                    "SELECT slot_name, active, wal_status FROM pg_replication_slots;\n"
                            + "ALTER SYSTEM SET max_replication_slots = " + (server.slots() + MORE) + ";");
        }
        if (!server.captured() && server.freeSenders() <= 0) {
            findings.block(
                    "no-wal-sender-free",
                    "all of max_wal_senders are taken",
                    "changes of the application come through a WAL sender",
                    "raise max_wal_senders and restart the server",
                    "ALTER SYSTEM SET max_wal_senders = " + (server.senders() + MORE) + ";");
        }
        if (server.keep().equals("-1")) {
            findings.warn(
                    "wal-keep-unlimited",
                    "max_slot_wal_keep_size is -1",
                    "if the bridge stays away for long, its slot keeps WAL until the disk is full and the server stops",
                    "set it to what the disk can spare; a lost slot costs only time",
                    "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; -- what your disk can spare\n"
                            + "SELECT pg_reload_conf();");
        }
    }
}
