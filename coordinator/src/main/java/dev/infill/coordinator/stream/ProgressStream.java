package dev.infill.coordinator.stream;

import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaSettings;
import dev.infill.protocol.Progress;
import dev.infill.protocol.Topics;
import dev.infill.protocol.json.Json;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the progress topology. It may fail at any time (a topic that is not there yet, a Kafka that is away) and is then
 * built anew, because nothing but a picture depends on it.
 */
public final class ProgressStream implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProgressStream.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final String id;
    private final Path stateDirectory;
    private final BooleanSupplier topicsAreThere;
    /** The one thread that starts and ends the streams. */
    private final ScheduledExecutorService keeper;

    private volatile @Nullable KafkaStreams streams;

    /**
     * Opens nothing yet.
     *
     * @param id of this coordinator
     * @param stateDirectory for Kafka Streams alone; losing it costs a few seconds
     * @param topicsAreThere asked before each start: without its topics Kafka Streams dies with errors in the log, and before the
     *     first migration there are none
     */
    public ProgressStream(KafkaClients clients, String id, Path stateDirectory, BooleanSupplier topicsAreThere) {
        this.clients = clients;
        this.id = id;
        this.stateDirectory = stateDirectory;
        this.topicsAreThere = topicsAreThere;
        this.keeper = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "infill-progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins; returns at once. */
    public void start() {
        var unused = keeper.scheduleWithFixedDelay(this::keepRunning, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is known of a migration; empty while the streams start, and for migrations that no worker spoke of. */
    public Optional<Progress> progress(String migration) {
        KafkaStreams running = streams;
        if (running == null) {
            return Optional.empty();
        }
        try {
            byte[] json = running.store(StoreQueryParameters.fromNameAndType(
                            ProgressTopology.PROGRESS, QueryableStoreTypes.<String, byte[]>keyValueStore()))
                    .get(migration);
            return Optional.ofNullable(json).map(known -> Json.read(known, Progress.class));
        } catch (InvalidStateStoreException | IllegalStateException | UncheckedIOException e) {
            // Starting, rebalancing, closing, or written by a version that says it otherwise.
            log.debug("The progress of migration {} can't be told now.", migration, e);
            return Optional.empty();
        }
    }

    /** Whether results are being read now. */
    public boolean isRunning() {
        KafkaStreams running = streams;
        return running != null && running.state().isRunningOrRebalancing();
    }

    private void keepRunning() {
        try {
            KafkaStreams old = streams;
            if (old != null && !hasEnded(old)) {
                return;
            }
            if (old != null) {
                streams = null;
                end(old);
            }
            if (!topicsAreThere.getAsBoolean()) {
                return;
            }
            KafkaStreams fresh = new KafkaStreams(ProgressTopology.build(topics()), configuration());
            fresh.setUncaughtExceptionHandler(this::failed);
            streams = fresh;
            fresh.start();
        } catch (RuntimeException e) {
            // Whatever it was: an exception that left here would end the keeper's schedule for good.
            log.warn("Progress can't be summed up now and will be tried again: {}", e.toString());
        }
    }

    private static boolean hasEnded(KafkaStreams old) {
        return switch (old.state()) {
            case ERROR, PENDING_ERROR, NOT_RUNNING -> true;
            case CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN -> false;
        };
    }

    private StreamThreadExceptionResponse failed(Throwable failure) {
        log.warn("Progress is not summed up for the moment: {}", failure.toString());
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private Topics topics() {
        return clients.settings().topics();
    }

    private Properties configuration() {
        KafkaSettings settings = clients.settings();
        Properties properties = new Properties();
        properties.putAll(clients.streams("infill-progress-" + id));
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                settings.topics().prefix() + ".progress-stream",
                StreamsConfig.STATE_DIR_CONFIG,
                stateDirectory.toAbsolutePath().toString(),
                StreamsConfig.REPLICATION_FACTOR_CONFIG,
                (int) settings.replicationFactor(),
                // A range's last word and the sum that it is in lie in two stores: only a transaction keeps them
                // together
                // when a process dies, and a sum that counts a range twice would be wrong for ever.
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                500,
                // Otherwise the partitions of a coordinator that died stay idle for 45 seconds.
                StreamsConfig.mainConsumerPrefix("session.timeout.ms"),
                6000,
                StreamsConfig.mainConsumerPrefix("heartbeat.interval.ms"),
                1500,
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                1,
                // What Kafka 5 will do anyway, and warns of at each start until told.
                "processing.exception.handler.global.enabled",
                true));
        return properties;
    }

    private static void end(KafkaStreams ending) {
        // Leaving the group spares the next start the wait for our session to time out.
        boolean ended = ending.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_WITHIN));
        if (!ended) {
            log.warn("The progress stream did not end within {} s and is left behind.", CLOSE_WITHIN.toSeconds());
        }
    }

    /** Ends, within a few seconds; may be called twice. */
    @Override
    public void close() {
        keeper.shutdown();
        try {
            if (!keeper.awaitTermination(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                keeper.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        KafkaStreams last = streams;
        streams = null;
        if (last != null) {
            end(last);
        }
    }
}
