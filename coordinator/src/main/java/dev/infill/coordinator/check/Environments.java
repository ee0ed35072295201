package dev.infill.coordinator.check;

import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.postgres.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The databases that a specification may name in {@code environments}. */
public final class Environments {
    /** A leader that compares must be back before its lease ends. */
    private static final String CONNECT_SECONDS = "3";

    private final List<Database> databases;

    /** @param databases all that are configured */
    public Environments(List<Database> databases) {
        this.databases = List.copyOf(databases);
    }

    /** A session in the database of that name, which the caller closes; empty when none is configured under it. */
    Optional<Connection> open(String name) throws SQLException {
        Optional<Database> named = databases.stream()
                .filter(database -> database.name().equals(name))
                .findFirst();
        return named.isEmpty() ? Optional.empty() : Optional.of(open(named.get()));
    }

    private static Connection open(Database database) throws SQLException {
        Map<String, String> properties = new HashMap<>(database.properties());
        properties.put("connectTimeout", CONNECT_SECONDS);
        return Sessions.open(new Database(database.name(), database.jdbcUrl(), properties), Manners.of("infill check"));
    }
}
