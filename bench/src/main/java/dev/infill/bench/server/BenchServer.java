package dev.infill.bench.server;

import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A server of the benchmark's own. */
public final class BenchServer implements AutoCloseable {
    private static final String ADMINISTRATION = "postgres";

    private final PostgresServer postgres;
    private final Map<String, String> parameters;

    private BenchServer(PostgresServer postgres, Map<String, String> parameters) {
        this.postgres = postgres;
        this.parameters = parameters;
    }

    /**
     * Starts it.
     *
     * @param folder the server's own, empty
     * @param binaries where unpacked programs are kept
     * @param sharedBuffers as PostgreSQL writes it: {@code 1GB}
     */
    public static BenchServer start(Path folder, Path binaries, String sharedBuffers) throws SQLException {
        Map<String, String> parameters = new TreeMap<>(Map.of(
                "shared_buffers", sharedBuffers,
                "max_wal_size", "8GB",
                "checkpoint_timeout", "15min",
                "maintenance_work_mem", "256MB",
                // Counts the blocks that statements made dirty; nothing else tells that per run.
                "shared_preload_libraries", "pg_stat_statements"));
        PostgresSettings settings = PostgresSettings.defaults().withBinaries(binaries);
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            settings = settings.withParameter(parameter.getKey(), parameter.getValue());
        }
        BenchServer server = new BenchServer(PostgresServer.start(folder, settings), parameters);
        server.administer("CREATE EXTENSION pg_stat_statements");
        return server;
    }

    /** What it is told beside the defaults of the build. */
    public Map<String, String> parameters() {
        return Map.copyOf(parameters);
    }

    /** Its first process. */
    public long pid() {
        return postgres.pid();
    }

    /** For people and programs. */
    public String url(String database) {
        return postgres.url(database);
    }

    /** A session; the caller closes it. */
    public Connection connect(String database, String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", applicationName);
        return DriverManager.getConnection(postgres.jdbcUrl(database), properties);
    }

    /** A session in no table's database. */
    public Connection administration() throws SQLException {
        return connect(ADMINISTRATION, "bench");
    }

    /** Runs one statement in no table's database. */
    public void administer(String sql) throws SQLException {
        try (Connection connection = administration();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the server says that it is. */
    public String version() throws SQLException {
        try (Connection connection = administration();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW server_version")) {
            result.next();
            return result.getString(1);
        }
    }

    @Override
    public void close() {
        postgres.close();
    }
}
