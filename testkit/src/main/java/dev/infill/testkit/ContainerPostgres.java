package dev.infill.testkit;

import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL server in a container. */
final class ContainerPostgres implements PostgresCluster {
    private final PostgreSQLContainer container;
    private final int version;

    ContainerPostgres(int version) {
        ContainerEngine.require();
        this.version = version;
        this.container = new PostgreSQLContainer(DockerImageName.parse("postgres:" + version));
        container
                .withUsername("postgres")
                .withPassword("postgres")
                .withCommand(
                        "postgres",
                        "-c",
                        "wal_level=logical",
                        "-c",
                        "max_replication_slots=50",
                        "-c",
                        "max_wal_senders=20",
                        "-c",
                        "max_connections=200")
                .start();
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s?user=postgres&password=postgres"
                .formatted(container.getHost(), container.getFirstMappedPort(), database);
    }

    @Override
    public String url(String database) {
        return "postgres://postgres:postgres@%s:%d/%s"
                .formatted(container.getHost(), container.getFirstMappedPort(), database);
    }

    @Override
    public void close() {
        container.stop();
    }
}
