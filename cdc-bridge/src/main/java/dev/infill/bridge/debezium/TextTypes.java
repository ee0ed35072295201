package dev.infill.bridge.debezium;

import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.PostgresConnection;

/**
 * Says of every type that it is {@code text}, so that the engine hands keys over as the very text that the server sent,
 * whatever their type is. Anything else would be converted to Java and back, which loses for some type or other.
 */
final class TextTypes extends TypeRegistry {
    private static final String TEXT = "text";

    TextTypes(PostgresConnection connection) {
        super(connection);
    }

    @Override
    public PostgresType get(int oid) {
        return super.get(TEXT);
    }

    @Override
    public PostgresType get(String schemaName, String typeName) {
        return super.get(TEXT);
    }

    @Override
    public PostgresType get(String name) {
        return super.get(TEXT);
    }
}
