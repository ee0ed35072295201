package dev.infill.bridge.debezium;

import dev.infill.postgres.Database;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.CaptureRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;

/** The configuration of one engine. What is set here and why is the sum of many traps; change nothing without a test. */
final class EngineSettings {
    /** As every session of ours has it, so that the same key is the same text everywhere. */
    private static final String SESSION =
            "SET application_name = '%s'; SET search_path = 'pg_catalog'; SET TimeZone = 'UTC';"
                    + " SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';"
                    + " SET extra_float_digits = 1";

    /** The engine's other sessions only read the catalog; none may sit in a transaction while Kafka keeps the engine waiting. */
    private static final String CATALOG_SESSION =
            "; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s'";

    private static final String HEARTBEAT = "SELECT pg_catalog.pg_logical_emit_message(false, 'infill.heartbeat', '')";

    private static final int ORIGIN_FILTER_SINCE = 16;

    private EngineSettings() {}

    /**
     * The configuration.
     *
     * @param session open on the server that the engine is to read
     */
    static Properties of(Database database, String applicationName, CaptureRow row, Connection session)
            throws SQLException {
        Properties settings = new Properties();
        addEngine(settings, database);
        addServer(settings, database, session);
        addSlot(settings, row, session);
        addWhatIsRead(settings);
        String words = SESSION.formatted(applicationName) + Sessions.unlimited(session);
        settings.setProperty(KeyTask.SESSION_SETTINGS, words);
        settings.setProperty("database.initial.statements", words + CATALOG_SESSION);
        return settings;
    }

    private static void addEngine(Properties settings, Database database) {
        settings.setProperty("name", "infill-" + database.name());
        settings.setProperty("topic.prefix", "infill-" + database.name());
        settings.setProperty("connector.class", KeyConnector.class.getName());
        settings.setProperty("offset.storage", SlotOffsets.class.getName());
        settings.setProperty("offset.flush.interval.ms", "1000");
        settings.setProperty("poll.interval.ms", "10");
        settings.setProperty("queue.provider.type", PatientQueue.NAME);
        // A few megabytes of keys at most, however large a transaction is.
        settings.setProperty("max.batch.size", "2048");
        settings.setProperty("max.queue.size", "8192");
        // Every failure ends the engine: only a new one begins where the slot stands.
        settings.setProperty("errors.max.retries", "0");
        settings.setProperty("slot.max.retries", "0");
        settings.setProperty("task.management.timeout.ms", "60000");
        settings.setProperty("statistics.metrics.enabled", "false");
    }

    private static void addServer(Properties settings, Database database, Connection session) throws SQLException {
        settings.setProperty("database.connectTimeout", "10");
        settings.setProperty("database.socketTimeout", "60");
        settings.setProperty("database.tcpKeepAlive", "true");
        settings.setProperty("database.logServerErrorDetail", "false");
        database.properties().forEach((name, value) -> settings.setProperty("database." + name, value));
        // Of several hosts the one that our session found; the engine itself knows only one.
        HostSpec host = session.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
        settings.setProperty("database.hostname", host.getHost());
        settings.setProperty("database.port", Integer.toString(host.getPort()));
        settings.setProperty("database.dbname", session.getCatalog());
    }

    private static void addSlot(Properties settings, CaptureRow row, Connection session) throws SQLException {
        CaptureRow.Slot slot = row.usableSlot();
        if (slot == null) {
            throw new IllegalArgumentException("slot " + row.slot() + " can't be read");
        }
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("slot.name", row.slot());
        settings.setProperty("publication.name", row.publication());
        settings.setProperty("publication.autocreate.mode", "disabled");
        settings.setProperty("snapshot.mode", "no_data");
        settings.setProperty("offset.mismatch.strategy", "no_validation");
        settings.setProperty("lsn.flush.mode", "connector");
        settings.setProperty(SlotOffsets.CONFIRMED_LSN, Long.toString(slot.confirmedLsn()));
        if (session.getMetaData().getDatabaseMajorVersion() >= ORIGIN_FILTER_SINCE) {
            settings.setProperty("slot.stream.params", "origin=none");
        }
    }

    private static void addWhatIsRead(Properties settings) {
        // Without a list of tables: a table that joins the publication is read at once, without a new engine.
        settings.setProperty("message.prefix.include.list", "infill\\..*");
        // A followed table's TRUNCATE matters; it is left out where nobody says otherwise.
        settings.setProperty("skipped.operations", "none");
        settings.setProperty("tombstones.on.delete", "false");
        settings.setProperty("binary.handling.mode", "bytes");
        settings.setProperty("heartbeat.interval.ms", "1000");
        // On 15 and later the slot would stand still while only others' tables, or rows that are filtered, change.
        settings.setProperty("heartbeat.action.query", HEARTBEAT);
    }
}
