package dev.infill.cli.demo;

import dev.infill.cli.config.HostConfig.WorkerSettings;
import dev.infill.cli.embedded.EverythingHere;
import dev.infill.cli.outcome.UserError;
import dev.infill.kafka.KafkaSettings;
import dev.infill.postgres.Database;
import dev.infill.postgres.DatabaseUrl;
import dev.infill.servers.BrokerSettings;
import dev.infill.servers.KafkaBroker;
import dev.infill.servers.PostgresServer;
import dev.infill.servers.PostgresSettings;
import dev.infill.servers.process.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** A real PostgreSQL and a real broker of the demo's own, fresh each time. */
public final class DemoServers implements AutoCloseable {
    /** What specifications call the shop's database, and PostgreSQL too. */
    private static final String DATABASE = "shop";

    /** The same before the migration, for comparison. */
    private static final String BEFORE = "shop_before";

    private final Path folder;
    private final FolderLock lock;
    private final PostgresServer postgres;
    private final KafkaBroker broker;

    private DemoServers(Path folder, FolderLock lock, PostgresServer postgres, KafkaBroker broker) {
        this.folder = folder;
        this.lock = lock;
        this.postgres = postgres;
        this.broker = broker;
    }

    /**
     * Starts both.
     *
     * @param data holds the demo's folder, and what was unpacked once for all demos
     */
    public static DemoServers start(Path data) {
        Path folder = data.resolve("demo").toAbsolutePath().normalize();
        FolderLock lock = FolderLock.take(folder);
        try {
            empty(folder.resolve("postgres"));
            empty(folder.resolve("kafka"));
            // The slower of the two hides the other's start.
            CompletableFuture<KafkaBroker> broker = CompletableFuture.supplyAsync(
                    () -> KafkaBroker.start(folder.resolve("kafka"), BrokerSettings.defaults()));
            PostgresServer postgres = postgres(data, folder, broker);
            return create(new DemoServers(folder, lock, postgres, joined(broker, postgres)));
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static PostgresServer postgres(Path data, Path folder, CompletableFuture<KafkaBroker> broker) {
        try {
            return PostgresServer.start(folder.resolve("postgres"), settings(data));
        } catch (RuntimeException e) {
            joined(broker, () -> {}).close();
            throw e;
        }
    }

    /** The broker; when it did not start, the other is closed too. */
    private static KafkaBroker joined(CompletableFuture<KafkaBroker> broker, AutoCloseable other) {
        try {
            return broker.join();
        } catch (CompletionException e) {
            try {
                other.close();
            } catch (Exception second) {
                e.addSuppressed(second);
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static PostgresSettings settings(Path data) {
        return PostgresSettings.defaults()
                .withBinaries(data.resolve("postgres-binaries").toAbsolutePath().normalize())
                .withParameter("shared_buffers", "256MB")
                .withParameter("max_wal_size", "4GB");
    }

    private static DemoServers create(DemoServers servers) {
        try {
            servers.administer("CREATE DATABASE " + DATABASE);
            return servers;
        } catch (UserError e) {
            servers.close();
            throw e;
        }
    }

    private void administer(String sql) {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw UserError.failed("the demo can't create its database: " + e.getMessage());
        }
    }

    private static void empty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw UserError.failed("cannot remove the last demo in " + folder + " (" + e + "); remove it by hand");
        }
    }

    Shop shop() {
        return new Shop(postgres.jdbcUrl(DATABASE));
    }

    /** Keeps the shop as it is now; nobody may be connected to it. */
    void copyShop() {
        administer("CREATE DATABASE " + BEFORE + " TEMPLATE " + DATABASE + " STRATEGY file_copy");
    }

    /** What {@link #copyShop} kept. */
    Shop shopBefore() {
        return new Shop(postgres.jdbcUrl(BEFORE));
    }

    EverythingHere parts(int workers) {
        Database database = new DatabaseUrl(Map.of()).parse(DATABASE, postgres.url(DATABASE));
        return EverythingHere.start(new EverythingHere.Settings(
                List.of(database),
                KafkaSettings.of(broker.bootstrapServers()),
                workers,
                WorkerSettings.besideTheServer(List.of()),
                folder.resolve("coordinator")));
    }

    /** For {@code psql}. */
    public String databaseUrl() {
        return postgres.url(DATABASE);
    }

    /** For Kafka's own tools. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() {
        try {
            broker.close();
        } finally {
            try {
                postgres.close();
            } finally {
                lock.close();
            }
        }
    }

    /** Closes, and leaves nothing of it on the disk. */
    public void closeAndRemove() {
        close();
        empty(folder.resolve("postgres"));
        empty(folder.resolve("kafka"));
    }
}
