package dev.infill.postgres;

import java.util.Map;

/**
 * A database that Infill may speak to.
 *
 * @param name what specifications and configuration call it; also part of topic names
 * @param jdbcUrl without user and password
 * @param properties of the driver: user, password and what the given address had; never printed
 */
public record Database(String name, String jdbcUrl, Map<String, String> properties) {
    public Database {
        if (!name.matches("[a-z0-9][a-z0-9_-]{0,62}")) {
            throw new IllegalArgumentException(
                    "a database is named with up to 63 lower case letters, digits, '-' and '_',"
                            + " beginning with a letter or digit, got '" + name + "'");
        }
        properties = Map.copyOf(properties);
    }

    @Override
    public String toString() {
        return name + " (" + jdbcUrl + ")";
    }
}
