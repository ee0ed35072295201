package dev.infill.worker;

import dev.infill.kafka.KafkaClients;
import dev.infill.postgres.Database;
import dev.infill.postgres.Manners;
import dev.infill.protocol.Directive;
import dev.infill.protocol.Part;
import dev.infill.protocol.Topics;
import dev.infill.worker.kafka.ControlReader;
import dev.infill.worker.kafka.LaneConsumer;
import dev.infill.worker.kafka.LaneSettings;
import dev.infill.worker.kafka.Results;
import dev.infill.worker.measure.RepairMeasurements;
import dev.infill.worker.measure.WorkerMeters;
import dev.infill.worker.postgres.RepairWorks;
import dev.infill.worker.postgres.Surroundings;
import dev.infill.worker.postgres.TaskWorks;
import dev.infill.worker.postgres.WorkerSessions;
import dev.infill.worker.range.MonotonicTime;
import dev.infill.worker.transform.Transforms;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a worker and runs it. */
public final class WorkerMain implements Part {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerMain.class);
    private static final int REPAIRS_AT_ONCE = 2000;
    private static final int TASKS_PER_POLL = 50;
    /** A lane works on a range for seconds, and has its next ones by then. */
    private static final Duration TASKS_GATHERED = Duration.ofMillis(100);
    /** A transaction of one change costs nearly as much as one of ten. */
    private static final Duration REPAIRS_GATHERED = Duration.ofMillis(15);

    private static final Duration REPAIRS_COMMITTED = Duration.ofMillis(150);

    private final WorkerConfig config;
    private final InstantSource clock = Clock.systemUTC();
    private final MonotonicTime time = () -> Duration.ofNanos(System.nanoTime());
    private final Set<String> databases;
    private final ControlReader control;
    private final Results results;
    private final WorkerMeters meters;
    private final RepairMeasurements measurements = new RepairMeasurements();
    private final WorkerSessions sessions;
    private final LaneConsumer tasks;
    private final LaneConsumer repairs;
    private final ScheduledExecutorService housekeeping;
    private final AtomicBoolean closed = new AtomicBoolean();

    private WorkerMain(WorkerConfig config, MeterRegistry registry) {
        this.config = config;
        String name = "infill-worker-" + config.id();
        Topics topics = config.kafka().topics();
        KafkaClients clients = new KafkaClients(config.kafka());
        databases = config.databases().stream().map(Database::name).collect(Collectors.toUnmodifiableSet());
        control = new ControlReader(clients, name + "-control", clock, time);
        results = new Results(clients, name + "-results");
        meters = new WorkerMeters(registry);
        sessions = new WorkerSessions(config.databases(), Manners.of("infill worker " + config.id()), time);
        Surroundings around = around();
        Map<String, String> databaseByTopic =
                databases.stream().collect(Collectors.toUnmodifiableMap(topics::changes, database -> database));
        tasks = new LaneConsumer(clients, tasks(name), this::tasksTopics, new TaskWorks(around), time);
        repairs = new LaneConsumer(
                clients, repairs(name), this::changesTopics, new RepairWorks(databaseByTopic, around), time);
        housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name + "-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
    }

    private LaneSettings tasks(String name) {
        return new LaneSettings(
                name + "-tasks",
                config.kafka().topics().workersGroup(),
                1,
                TASKS_PER_POLL,
                TASKS_GATHERED,
                Duration.ZERO,
                config.lanesAtOnce());
    }

    private LaneSettings repairs(String name) {
        return new LaneSettings(
                name + "-repair",
                config.kafka().topics().repairGroup(),
                REPAIRS_AT_ONCE,
                REPAIRS_AT_ONCE,
                REPAIRS_GATHERED,
                REPAIRS_COMMITTED,
                config.lanesAtOnce());
    }

    private Surroundings around() {
        return new Surroundings(
                config.id(),
                sessions,
                control::directives,
                new Telling(results, meters, measurements),
                new Transforms(config.transforms()),
                clock,
                time);
    }

    /** Starts a worker; returns at once, whether Kafka and PostgreSQL are there yet or not. */
    public static Part start(WorkerConfig config, MeterRegistry meters) {
        WorkerMain worker = new WorkerMain(config, meters);
        worker.start();
        return worker;
    }

    @Override
    public boolean isAlive() {
        return control.isAlive() && results.isAlive() && tasks.isAlive() && repairs.isAlive();
    }

    @Override
    public boolean isReady() {
        return isAlive() && control.isCaughtUp();
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        Thread other = new Thread(repairs::close, "infill-worker-" + config.id() + "-close");
        other.start();
        tasks.close();
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        housekeeping.shutdown();
        sessions.close();
        tellRepairs();
        results.close();
        control.close();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the executor
    private void start() {
        control.start();
        results.start();
        tasks.start();
        repairs.start();
        housekeeping.scheduleWithFixedDelay(this::keepHouse, 1, 1, TimeUnit.SECONDS);
    }

    private void keepHouse() {
        try {
            keepHouseOnce();
        } catch (RuntimeException e) {
            LOG.warn("Housekeeping failed and is tried again", e);
        }
    }

    private void keepHouseOnce() {
        List<Directive> known = heard();
        sessions.closeIdle(known.stream().map(Directive::database).collect(Collectors.toSet()));
        meters.throttled(known);
        tellRepairs();
    }

    private void tellRepairs() {
        measurements.take(config.id(), clock.instant()).forEach(results::tell);
    }

    private Set<String> tasksTopics() {
        return heard().stream()
                .map(directive -> config.kafka().topics().tasks(directive.migration()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> changesTopics() {
        return heard().stream()
                .filter(Directive::captured)
                .map(directive -> config.kafka().topics().changes(directive.database()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Nothing until all was read: each topic that is heard of later costs the group a rebalance. */
    private List<Directive> heard() {
        return control.isCaughtUp() ? control.directives().of(databases) : List.of();
    }
}
