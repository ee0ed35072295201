package dev.infill.bridge.debezium;

import io.debezium.connector.postgresql.PostgresConnector;
import org.apache.kafka.connect.connector.Task;

/** Debezium's connector with {@link KeyTask}. Public because the engine makes it by its name. */
public final class KeyConnector extends PostgresConnector {
    @Override
    public Class<? extends Task> taskClass() {
        return KeyTask.class;
    }
}
