package dev.infill.testkit;

import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import java.nio.file.Path;

/** A PostgreSQL server as a child process. */
final class EmbeddedPostgres implements PostgresCluster {
    private final Path folder;
    private final PostgresServer server;
    private final int version;

    EmbeddedPostgres(Path folder, PostgresSettings settings) {
        this.folder = folder;
        this.server = PostgresServer.start(folder, settings);
        this.version = settings.version();
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    @Override
    public String url(String database) {
        return server.url(database);
    }

    @Override
    public void close() {
        // Nobody wants its data back, so nobody needs its checkpoint.
        server.stopImmediate();
        EmbeddedData.delete(folder);
    }
}
