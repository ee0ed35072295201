package dev.infill.bridge;

import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import dev.infill.postgres.ledger.Barriers;
import dev.infill.postgres.ledger.LedgerSchema;
import dev.infill.protocol.Change;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Ownership;
import dev.infill.protocol.Part;
import dev.infill.protocol.TableName;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A database, its topics, and what the coordinator would do with them. */
final class Line implements AutoCloseable {
    static final String SLOT_PREFIX = "infill_";
    static final int PARTITIONS = 3;

    final KafkaClients clients;
    final Topics topics;
    final Database database;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ChangesLog log;
    private final String slot;
    private Connection session;

    Line(String url, String bootstrapServers, String prefix) throws SQLException {
        this(new DatabaseUrl(Map.of()).parse("shop", url), bootstrapServers, prefix);
    }

    Line(Database database, String bootstrapServers, String prefix) throws SQLException {
        topics = new Topics(prefix);
        clients = new KafkaClients(new KafkaSettings(bootstrapServers, topics, (short) -1, Map.of()));
        this.database = database;
        session = connect();
        slot = SLOT_PREFIX + value("SELECT oid FROM pg_database WHERE datname = current_database()");
        LedgerSchema.createIfMissing(session);
        log = new ChangesLog(clients, topics.changes(database.name()));
    }

    Connection connect() throws SQLException {
        java.util.Properties properties = new java.util.Properties();
        properties.putAll(database.properties());
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    /** After the server was away. */
    void reconnect() throws SQLException {
        session.close();
        session = connect();
    }

    BridgeConfig config(String id) {
        return new BridgeConfig(id, List.of(database), clients.settings());
    }

    Part startBridge(String id) {
        return BridgeMain.start(config(id), meters);
    }

    /** Publication, slot and the row of the ledger that names them. */
    void createCapture(String publishedTables) throws SQLException {
        execute("CREATE PUBLICATION infill FOR TABLE " + publishedTables);
        createSlot();
        execute("INSERT INTO infill.capture (slot, publication) VALUES ('" + slot + "', 'infill')");
    }

    void createSlot() throws SQLException {
        execute("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    }

    void dropSlot() throws SQLException {
        execute("SELECT pg_drop_replication_slot('" + slot + "')");
    }

    void createTopics() {
        createTopic(topics.control(), 1);
        createTopic(topics.changes(database.name()), PARTITIONS);
    }

    void createTopic(String name, int partitions) {
        try (Admin admin = clients.admin("test")) {
            admin.createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void order(Directive.Order order) {
        order("m", order, 1);
    }

    void order(String migration, Directive.Order order, long epoch) {
        Directive directive = new Directive(
                migration,
                database.name(),
                new TableName("public", "t"),
                epoch,
                order,
                order != Directive.Order.END,
                Directive.Pace.FULL,
                Ownership.DERIVED,
                Instant.now());
        try (Producer<String, byte[]> producer = clients.producer("test-control")) {
            producer.send(new ProducerRecord<>(topics.control(), migration, Json.bytes(directive)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String... statements) throws SQLException {
        try (Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String value(String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    /** As a worker reads keys. */
    String valueAsOurSessionsPrintIt(String sql) throws SQLException {
        try (Connection ours = Sessions.open(database, Manners.of("infill test"));
                Statement statement = ours.createStatement()) {
            statement.execute("SET search_path = public");
            try (ResultSet result = statement.executeQuery(sql)) {
                result.next();
                return String.valueOf(result.getString(1));
            }
        }
    }

    /** Puts the next numbered heartbeat into the log, as the leading coordinator does once a second. */
    void beat() throws SQLException {
        execute("WITH b AS (UPDATE infill.capture SET beat = beat + 1 RETURNING beat)"
                + " SELECT pg_logical_emit_message(true, 'infill.beat', beat::text) FROM b");
    }

    long emitBarrier() throws SQLException {
        return Barriers.emit(session, PARTITIONS);
    }

    /** Emits a barrier, waits until it is in every partition, and answers everything that the topic has now. */
    List<ChangesLog.Entry> everythingUpToNow() throws SQLException {
        long barrier = emitBarrier();
        log.awaitBarrier(barrier, PARTITIONS);
        return log.entries();
    }

    /** The keys in the topic, in the order of each partition. */
    List<List<String>> keys(String table) {
        List<List<String>> keys = new ArrayList<>();
        for (ChangesLog.Entry entry : log.entries()) {
            if (entry.change() instanceof Change.KeyChanged changed
                    && changed.table().name().equals(table)) {
                keys.add(changed.key().values());
            }
        }
        return keys;
    }

    long engineSessions() throws SQLException {
        return Long.parseLong(
                value("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'infill bridge%'"));
    }

    String slot() {
        return slot;
    }

    @Override
    public void close() throws SQLException {
        log.close();
        session.close();
    }
}
