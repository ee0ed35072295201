package dev.infill.testkit;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A database of one test.
 *
 * @param url {@code postgres://…}, for what is not Java
 */
public record TestDatabase(String name, String jdbcUrl, String url, PostgresCluster cluster) implements AutoCloseable {
    private static final String TERMINATE_STREAMING = """
            select count(pg_terminate_backend(active_pid))
            from pg_replication_slots
            where database = ? and active
            """;
    private static final String DROP_SLOTS = """
            select count(pg_drop_replication_slot(slot_name))
            from pg_replication_slots
            where database = ? and not active
            """;
    private static final String COUNT_SLOTS = "select count(*) from pg_replication_slots where database = ?";

    /** Copying files takes half of the time of writing their pages to the log. */
    private static final int STRATEGY_SINCE = 15;

    static TestDatabase create(PostgresCluster cluster) throws SQLException {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        try (var connection = DriverManager.getConnection(cluster.jdbcUrl("postgres"));
                var statement = connection.createStatement()) {
            statement.execute(
                    "create database " + name + (cluster.version() < STRATEGY_SINCE ? "" : " strategy file_copy"));
        }
        return new TestDatabase(name, cluster.jdbcUrl(name), cluster.url(name), cluster);
    }

    /** Where its server listens. */
    public int port() {
        return URI.create(url).getPort();
    }

    /** The same database by way of a proxy on this port; only the original is to be closed. */
    public TestDatabase through(int proxyPort) {
        String direct = ":%d/".formatted(port());
        String proxied = ":%d/".formatted(proxyPort);
        return new TestDatabase(name, jdbcUrl.replace(direct, proxied), url.replace(direct, proxied), cluster);
    }

    /** A connection of the superuser, which the caller closes. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl);
    }

    /** Runs statements one by one, each in a transaction of its own. */
    public void execute(String... statements) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of the first row as text; null for SQL's null. */
    public @Nullable String value(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            if (!result.next()) {
                throw new SQLException("no row comes from " + sql);
            }
            return result.getString(1);
        }
    }

    /** Drops the database with its sessions and replication slots, of which a server has only so many. */
    @Override
    public void close() {
        try (var connection = DriverManager.getConnection(cluster.jdbcUrl("postgres"));
                var statement = connection.createStatement()) {
            Awaitility.await("no replication slot of " + name + " is streamed from again and again")
                    .pollDelay(Duration.ZERO)
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> dropSlots(connection));
            statement.execute("drop database if exists " + name + " with (force)");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot drop the database " + name + ": " + e.getMessage(), e);
        }
    }

    private boolean dropSlots(Connection connection) throws SQLException {
        count(connection, TERMINATE_STREAMING);
        count(connection, DROP_SLOTS);
        return count(connection, COUNT_SLOTS) == 0;
    }

    private long count(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }
}
