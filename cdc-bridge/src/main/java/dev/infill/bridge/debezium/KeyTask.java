package dev.infill.bridge.debezium;

import io.debezium.config.Configuration;
import io.debezium.connector.common.CdcSourceTaskContext;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;
import java.time.Duration;

/** Debezium's task with our manners: never makes a slot, reads every value as text, and has our name on the server. */
public final class KeyTask extends PostgresConnectorTask {
    /** Of the engine's configuration: what the replication session says before it begins to stream. */
    static final String SESSION_SETTINGS = "infill.session.settings";

    /** Well below the server's default patience with a silent reader, wal_sender_timeout = 60 s. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(5);

    private Configuration settings = Configuration.empty();

    @Override
    public CdcSourceTaskContext<PostgresConnectorConfig> preStart(Configuration config) {
        settings = config;
        return super.preStart(config);
    }

    @Override
    protected ReplicationConnection buildReplicationConnection(
            PostgresConnection jdbcConnection, PostgresSchema schema, PostgresConnectorConfig config)
            throws SQLException {
        // Debezium would make a slot that is missing and go on without a word about everything between.
        if (jdbcConnection.getReplicationSlotState(
                        config.slotName(), config.plugin().getPostgresPluginName())
                == null) {
            throw new SQLException("slot " + config.slotName() + " is missing");
        }
        ReplicationConnection connection = ReplicationConnection.builder(config)
                .withSlot(config.slotName())
                .withPublication(config.publicationName())
                .withTableFilter(config.getTableFilters())
                .withPublicationAutocreateMode(PostgresConnectorConfig.AutoCreateMode.DISABLED)
                .withPlugin(config.plugin())
                // The builder's own default is to drop it.
                .dropSlotOnClose(false)
                .streamParams(settings.getString(PostgresConnectorConfig.STREAM_PARAMS))
                .statusUpdateInterval(STATUS_INTERVAL)
                .withTypeRegistry(new TextTypes(jdbcConnection))
                .withSchema(schema)
                .jdbcMetadataConnection(jdbcConnection)
                .build();
        ((JdbcConnection) connection).execute(settings.getString(SESSION_SETTINGS));
        return connection;
    }
}
