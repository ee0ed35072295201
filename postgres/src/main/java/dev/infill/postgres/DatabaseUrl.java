package dev.infill.postgres;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads database addresses the way PostgreSQL's own programs do: {@code postgres://}, {@code postgresql://} and
 * {@code jdbc:postgresql://}; what an address leaves open comes from the PG* environment variables. The driver itself
 * looks into {@code .pgpass} when there is no password.
 */
public final class DatabaseUrl {
    /** Parameters that may stand in an address. Others could load classes (CVE-2022-21724) or weaken the driver. */
    private static final Set<String> ALLOWED = Set.of(
            "user",
            "password",
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "requireAuth",
            "targetServerType",
            "connectTimeout",
            "socketTimeout",
            "service");

    private final Map<String, String> environment;

    /** @param environment the process's variables, for PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD and PGSSL* */
    public DatabaseUrl(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * The database at an address.
     *
     * @throws IllegalArgumentException if the address is not one; the message does not repeat it, for it may hold a password
     */
    public Database parse(String name, String url) {
        URI uri = uri(url);
        Map<String, String> properties = new LinkedHashMap<>();
        addEnvironment(properties);
        addQuery(uri.getRawQuery(), properties);
        addUserInfo(uri.getRawUserInfo(), properties);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("^/", "");
        String user = properties.getOrDefault("user", System.getProperty("user.name"));
        properties.put("user", user);
        String database = path.isEmpty() ? environment.getOrDefault("PGDATABASE", user) : decode(path);
        String jdbcUrl = "jdbc:postgresql://" + hostAndPort(uri) + "/" + encode(database);
        return new Database(name, jdbcUrl, properties);
    }

    private static URI uri(String url) {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        if (!plain.startsWith("postgres://") && !plain.startsWith("postgresql://")) {
            throw new IllegalArgumentException(
                    "a database address begins with postgres://, postgresql:// or jdbc:postgresql://");
        }
        try {
            // Of an address that leaves everything to the environment the URI's syntax would like to have more.
            return URI.create(plain.replaceFirst("://(?=$|\\?)", ":///"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a database address looks like postgres://user@host:5432/database; special characters are"
                            + " percent-encoded");
        }
    }

    private void addEnvironment(Map<String, String> properties) {
        Map.of(
                        "PGUSER", "user",
                        "PGPASSWORD", "password",
                        "PGSSLMODE", "sslmode",
                        "PGSSLROOTCERT", "sslrootcert",
                        "PGSSLCERT", "sslcert",
                        "PGSSLKEY", "sslkey",
                        "PGSERVICE", "service")
                .forEach((variable, property) -> {
                    String value = environment.get(variable);
                    if (value != null && !value.isEmpty()) {
                        properties.put(property, value);
                    }
                });
    }

    private static void addQuery(@org.jspecify.annotations.Nullable String query, Map<String, String> properties) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (!ALLOWED.contains(key)) {
                throw new IllegalArgumentException(
                        "parameter '" + key + "' is not allowed in a database address; allowed are "
                                + String.join(", ", ALLOWED.stream().sorted().toList()));
            }
            properties.put(key, equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
    }

    private static void addUserInfo(
            @org.jspecify.annotations.Nullable String userInfo, Map<String, String> properties) {
        if (userInfo == null) {
            return;
        }
        int colon = userInfo.indexOf(':');
        properties.put("user", decode(colon < 0 ? userInfo : userInfo.substring(0, colon)));
        if (colon >= 0) {
            properties.put("password", decode(userInfo.substring(colon + 1)));
        }
    }

    /** Several hosts, as libpq allows, are not split by {@link URI}; its authority still has them. */
    private String hostAndPort(URI uri) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        String hosts = authority.substring(authority.lastIndexOf('@') + 1);
        if (hosts.isEmpty()) {
            hosts = environment.getOrDefault("PGHOST", "localhost");
        }
        String port = environment.getOrDefault("PGPORT", "5432");
        return hosts.contains(":") || hosts.contains(",") ? hosts : hosts + ":" + port;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
