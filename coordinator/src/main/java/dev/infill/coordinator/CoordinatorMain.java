package dev.infill.coordinator;

import dev.infill.coordinator.check.Environments;
import dev.infill.coordinator.http.Migrations;
import dev.infill.coordinator.kafka.Announcements;
import dev.infill.coordinator.kafka.RepairedChanges;
import dev.infill.coordinator.kafka.TaskTopic;
import dev.infill.coordinator.kafka.TopicSetup;
import dev.infill.coordinator.lead.DatabaseLeader;
import dev.infill.coordinator.lead.LeadershipWiring;
import dev.infill.coordinator.stream.ProgressStream;
import dev.infill.kafka.KafkaClients;
import dev.infill.kafka.KafkaClients.Patience;
import dev.infill.postgres.Database;
import dev.infill.protocol.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;

/** Wires a coordinator. */
public final class CoordinatorMain {
    /** Short, because while the leader waits for Kafka nothing else is done. */
    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(1);

    private CoordinatorMain() {}

    /** Starts a coordinator that leads or stands by in each database; returns at once, whatever is reachable. */
    public static CoordinatorPart start(CoordinatorConfig config, MeterRegistry meters) {
        KafkaClients clients = new KafkaClients(config.kafka());
        Topics topics = config.kafka().topics();
        String client = "infill-coordinator-" + config.id();
        Admin admin = clients.admin(client);
        Producer<String, byte[]> producer =
                clients.producer(client, new Patience(LONGEST_BLOCK, Patience.USUAL.delivery()));
        TopicSetup setup = new TopicSetup(admin, config.kafka());
        ProgressStream progress = new ProgressStream(
                clients,
                config.id(),
                config.stateDirectory(),
                () -> List.of(topics.results(), topics.progress()).stream()
                        .allMatch(topic -> setup.describe(topic).isPresent()));
        LeadershipWiring wiring = new LeadershipWiring(
                new LeadershipWiring.Kafka(
                        setup,
                        new TaskTopic(admin, producer, setup, topics),
                        new RepairedChanges(admin, topics.repairGroup()),
                        new Announcements(producer, topics),
                        topics),
                progress::progress,
                InstantSource.system(),
                new Environments(config.databases()),
                meters);
        String holder = config.id() + "/" + UUID.randomUUID();
        List<DatabaseLeader> leaders = config.databases().stream()
                .map(database -> leader(database, holder, wiring))
                .toList();
        Migrations migrations = new Migrations(config.databases(), progress::progress, Clock.systemUTC());
        CoordinatorProcess process = new CoordinatorProcess(leaders, migrations, progress, producer, admin);
        process.start(meters);
        return process;
    }

    private static DatabaseLeader leader(Database database, String holder, LeadershipWiring wiring) {
        return new DatabaseLeader(database, holder, () -> wiring.leadership(database));
    }
}
